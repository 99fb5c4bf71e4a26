package schuss.train;

import java.util.function.BiConsumer;

/**
 * What a trainer tells while it works, on the thread that called {@code fit}. Whoever wants to steer keeps the
 * {@link Training} of the beginning; a lambda gets it with every epoch:
 *
 * <pre>{@code
 * trainer.callback(Callback.everyEpoch((epoch, training) -> {
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
