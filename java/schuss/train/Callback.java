package schuss.train;

import java.util.Map;
import java.util.function.BiConsumer;

/**
 * What a trainer tells while it works, on the thread that called {@code fit}. Whoever wants to steer keeps the
 * {@link Training} of the beginning; a lambda gets it with every epoch:
 *
 * <pre>{@code
 * trainer.withCallback(Callback.everyEpoch((epoch, training) -> {
 *     if (epoch.value("accuracy") > 0.99) {
 *         training.stop();
 *     }
 * }));
 * }</pre>
 */
public interface Callback {
    /** {@code fit} begins; what is thrown here ends it before anything is trained. */
    default void onBegin(Training training) {}

    /** Some batches are done; called a few times a second. */
    default void onProgress(Progress progress) {}

    /** An epoch is done, its weights are published and validated. */
    default void onEpoch(Epoch epoch) {}

    /** {@code fit} is about to return, all epochs done or stopped; not called where it fails. */
    default void onEnd(History history) {}

    /**
     * What it must remember for training to go on as if it had never been interrupted: numbers by name, at least one
     * each. Checkpoints hold them ({@link Trainer#withCheckpoints}); a run resumes with callbacks of the same texts
     * ({@code toString}) only, as far as they remember anything. Whether there are some does not change.
     */
    default Map<String, double[]> state() {
        return Map.of();
    }

    /** Goes on from a {@link #state}; after {@code onBegin} of a {@code fit} that resumes. */
    default void restore(Map<String, double[]> state) {}

    /** One that does something after every epoch. */
    static Callback everyEpoch(BiConsumer<Epoch, Training> action) {
        return new Callback() {
            private Training training;

            @Override
            public void onBegin(Training begun) {
                training = begun;
            }

            @Override
            public void onEpoch(Epoch epoch) {
                action.accept(epoch, training);
            }
        };
    }
}
