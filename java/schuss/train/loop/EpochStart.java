package schuss.train.loop;

/**
 * Where an epoch goes on.
 *
 * @param batch the first that is still to be trained on, from 0
 * @param seconds that those before it took
 */
public record EpochStart(int batch, double seconds) {
    /** At its beginning. */
    static final EpochStart FIRST = new EpochStart(0, 0);
}
