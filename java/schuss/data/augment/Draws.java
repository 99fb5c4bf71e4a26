package schuss.data.augment;

import schuss.Philox;

/**
 * The random decisions of one step of an augmentation. They are a function of the seed, the position of the step in the
 * chain, the epoch and the example, so they do not depend on threads or order.
 */
final class Draws {
    private static final int STREAM = (1 << 30) + 1; // of the first step: far from the streams of layers
    private static final int BITS_PER_EXAMPLE = 32;
    private static final long FIELD = 1L << 16; // where numbers for whole images begin, behind single ones

    private final long seed;
    private final int stream;
    private final int epoch;
    private final Philox random;
    private long base;
    private int drawn;

    Draws(long seed, int place, int epoch) {
        this.seed = seed;
        this.epoch = epoch;
        stream = STREAM + place;
        random = new Philox(seed, stream, epoch);
    }

    void begin(int example) {
        base = (long) example << BITS_PER_EXAMPLE;
        drawn = 0;
    }

    double uniform(double from, double to) {
        return from + (to - from) * random.uniform(base + drawn++);
    }

    /** Uniform in [-most, most]. */
    double within(double most) {
        return uniform(-most, most);
    }

    boolean chance(double probability) {
        return uniform(0, 1) < probability;
    }

    /** A whole number from {@code -most} to {@code most}. */
    int whole(int most) {
        return (int) Math.floor(uniform(-most, most + 1));
    }

    /** Random numbers for a whole image; once per step. */
    PixelLoops.Numbers numbers() {
        return new PixelLoops.Numbers(seed, stream, epoch, base + FIELD);
    }
}
