package schuss.backend.runtime;

import java.util.function.Consumer;

/**
 * A model's weights and memory as trainers meet them. Predictions see the weights that were published last; a trainer works
 * on weights of its own and publishes them from time to time.
 */
public interface ModelMemory {
    /** Copies the weights that predictions see. */
    void read(Weights target);

    /** Replaces the weights that predictions see, once those under way are done. */
    default void publish(Weights source) {
        change(own -> own.copyFrom(source));
    }

    /** Changes the weights that predictions see likewise, for a trainer that knows which of them are new. */
    void change(Consumer<Weights> replacement);

    /** How often the weights that predictions see have changed. */
    long version();

    /**
     * Has something closed with the model, or when its user has been forgotten. What is closed must not lead to its user.
     */
    <T extends AutoCloseable> T own(T closeable, Object user);

    /** Closes what the model {@link #own owns} before its time. */
    void disown(AutoCloseable closeable);

    /**
     * Begins what one trainer may do at a time.
     *
     * @throws IllegalStateException if another has begun and not ended it
     */
    void beginFit();

    /** Ends what {@link #beginFit} began. */
    void endFit();

    /** Fails when the model or its device is closed. */
    void checkOpen();
}
