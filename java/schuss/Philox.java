package schuss;

import java.util.stream.IntStream;

/**
 * Philox 4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1,
 * 2, 3" (2011): four random words are a pure function of a counter of four words and a key of two. Nothing is ever
 * advanced, so any element of any stream can be drawn by anyone in any order, with the same bits in Java and C++.
 *
 * <pre>{@code
 * Philox random = new Philox(42, 0);          // seed 42, stream 0
 * double u = random.uniform(17);              // the 18th number of the stream, in [0, 1)
 * double z = random.normal(17);
 * }</pre>
 */
public final class Philox {
    private static final int ROUNDS = 10;
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final int PIECE = 1 << 16; // numbers that a thread draws at once, where they are
    private static final int MANY = 1 << 20; // enough to pay for starting threads
    private static final long WORD = 0xFFFFFFFFL;

    private final long seed;
    private final int step;
    private final int stream;

    /** One stream of a seed at step 0. */
    public Philox(long seed, int stream) {
        this(seed, stream, 0);
    }

    /** One stream of a seed at a step of training. */
    public Philox(long seed, int stream, int step) {
        this.seed = seed;
        this.stream = stream;
        this.step = step;
    }

    /** The four words of one counter, written to {@code words}. */
    public static void block(int c0, int c1, int c2, int c3, int k0, int k1, int[] words) {
        for (int round = 0; round < ROUNDS; round++) {
            long p0 = MULTIPLIER_0 * (c0 & WORD);
            long p1 = MULTIPLIER_1 * (c2 & WORD);
            c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            c1 = (int) p1;
            c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c3 = (int) p0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        words[0] = c0;
        words[1] = c1;
        words[2] = c2;
        words[3] = c3;
    }

    /** The 32 random bits of one index. */
    public int bits(long index) {
        int[] words = new int[4];
        block(index >>> 2, words);
        return words[(int) (index & 3)];
    }

    /** A number in [0, 1), a multiple of 2^-24: the upper bits of {@link #bits}. */
    public double uniform(long index) {
        return uniformOf(bits(index));
    }

    /** A standard normal number by the method of Box and Muller; indices 2i and 2i+1 share their two uniforms. */
    public double normal(long index) {
        int[] words = new int[4];
        block(index >>> 2, words);
        int pair = (int) (index & 2);
        double radius = radius(words[pair]);
        double angle = angle(words[pair + 1]);
        return radius * ((index & 1) == 0 ? Math.cos(angle) : Math.sin(angle));
    }

    /** Fills an array: element i is {@link #uniform uniform(i)}. */
    public void uniforms(float[] values) {
        uniforms(0, values);
    }

    /** Fills an array likewise, from number {@code first} of the stream on, a multiple of 4. */
    public void uniforms(long first, float[] values) {
        int[] words = new int[4];
        for (int i = 0; i < values.length; i++) {
            if ((i & 3) == 0) {
                block((first + i) >>> 2, words);
            }
            values[i] = (float) uniformOf(words[i & 3]);
        }
    }

    /** Fills an array: element i is {@link #normal normal(i)} times {@code scale}. */
    public void normals(double scale, float[] values) {
        normals(scale, 0, values);
    }

    /** Fills an array likewise, from number {@code first} of the stream on, a multiple of 4. */
    public void normals(double scale, long first, float[] values) {
        if (values.length < MANY) {
            normals(scale, first, values, 0, values.length);
        } else {
            IntStream.rangeClosed(0, (values.length - 1) / PIECE)
                    .parallel()
                    .forEach(piece -> normals(
                            scale, first, values, piece * PIECE, (int) Math.min((piece + 1L) * PIECE, values.length)));
        }
    }

    private void normals(double scale, long first, float[] values, int from, int to) {
        int[] words = new int[4];
        for (int i = from; i < to; i += 2) {
            if ((i & 3) == 0) {
                block((first + i) >>> 2, words);
            }
            double radius = scale * radius(words[i & 2]);
            double angle = angle(words[(i & 2) + 1]);
            values[i] = (float) (radius * Math.cos(angle));
            if (i + 1 < to) {
                values[i + 1] = (float) (radius * Math.sin(angle));
            }
        }
    }

    private static double radius(int bits) {
        return Math.sqrt(-2 * Math.log(1 - uniformOf(bits)));
    }

    private static double angle(int bits) {
        return 2 * Math.PI * uniformOf(bits);
    }

    /** A random order of 0..n-1 (Fisher and Yates). */
    public int[] permutation(int n) {
        int[] order = new int[n];
        permute(order);
        return order;
    }

    /** Fills an array with a random order of its indices. */
    public void permute(int... order) {
        int[] words = new int[4];
        for (int i = 0; i < order.length; i++) {
            if ((i & 3) == 0) {
                block(i >>> 2, words);
            }
            int j = (int) (((words[i & 3] & WORD) * (i + 1L)) >>> 32);
            order[i] = order[j];
            order[j] = i;
        }
    }

    private void block(long counter, int[] words) {
        block((int) counter, (int) (counter >>> 32), step, stream, (int) seed, (int) (seed >>> 32), words);
    }

    private static double uniformOf(int bits) {
        return (bits >>> 8) * 0x1p-24;
    }
}
