package schuss.train;

/** What a trainer tells while it works, on the thread that called {@code fit}. */
public interface Callback {
    /** Some batches are done; called a few times a second. */
    default void onProgress(Progress progress) {}

    /** An epoch is done, its weights are published and validated. */
    default void onEpoch(Epoch epoch) {}
}
