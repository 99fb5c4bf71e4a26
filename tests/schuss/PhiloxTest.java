package schuss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PhiloxTest {
    private static final int MANY = 200_000;

    /** The known answers for philox4x32-10 that its authors publish with Random123, in its file kat_vectors. */
    @Test
    void knownAnswers() {
        check(new int[6], 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
        int[] ones = {-1, -1, -1, -1, -1, -1};
        check(ones, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
        int[] pi = {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0};
        check(pi, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
    }

    /** Counter of four words, then key of two. */
    private static void check(int[] in, int... expected) {
        int[] words = new int[4];
        Philox.block(in[0], in[1], in[2], in[3], in[4], in[5], words);
        assertArrayEquals(expected, words);
    }

    /** Index, step, stream and seed each have their place in counter and key. */
    @Test
    void everyArgumentIsUsedWhole() {
        long seed = 0x299f31d0a4093822L;
        Philox random = new Philox(seed, 0x03707344, 0x13198a2e);
        long block = 0x05a308d3243f6a88L; // times 4 it must stay a long
        int[] words = new int[4];
        Philox.block(0x243f6a88, 0x05a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, words);
        for (int i = 0; i < 4; i++) {
            assertEquals(words[i], random.bits(4 * block + i));
        }
    }

    @Test
    void uniformNumbers() {
        Philox random = new Philox(42, 7);
        double sum = 0;
        double squares = 0;
        int[] histogram = new int[16];
        for (int i = 0; i < MANY; i++) {
            double u = random.uniform(i);
            assertTrue(u >= 0 && u < 1);
            assertEquals(Math.rint(u * 0x1p24), u * 0x1p24);
            sum += u;
            squares += u * u;
            histogram[(int) (16 * u)]++;
        }
        double mean = sum / MANY;
        // five standard errors each: sqrt(1/12/n) of the mean, sqrt(1/180/n) of the variance
        assertEquals(0.5, mean, 5 * Math.sqrt(1.0 / 12 / MANY));
        assertEquals(1.0 / 12, squares / MANY - mean * mean, 5 * Math.sqrt(1.0 / 180 / MANY));
        double expected = MANY / 16.0;
        double chi = Arrays.stream(histogram)
                .mapToDouble(n -> (n - expected) * (n - expected) / expected)
                .sum();
        assertTrue(chi < 44.3, "chi squared, 15 degrees of freedom, 1 in 10,000: " + chi);
    }

    @Test
    void normalNumbers() {
        Philox random = new Philox(42, 8);
        double[] moments = new double[5];
        double pairs = 0;
        for (int i = 0; i < MANY; i++) {
            double z = random.normal(i);
            assertTrue(Math.abs(z) < 6); // sqrt(-2 log 2^-24) = 5.77 is the largest there is
            for (int k = 1; k < moments.length; k++) {
                moments[k] += Math.pow(z, k) / MANY;
            }
            pairs += z * random.normal(i ^ 1) / MANY;
        }
        double error = 5 / Math.sqrt(MANY); // standard deviations of z^k: 1, sqrt 2, sqrt 15, sqrt 96
        assertEquals(0, moments[1], error);
        assertEquals(1, moments[2], error * Math.sqrt(2));
        assertEquals(0, moments[3], error * Math.sqrt(15));
        assertEquals(3, moments[4], error * Math.sqrt(96));
        assertEquals(0, pairs, 2 * error); // the two of a pair are independent
    }

    /** So many numbers are drawn by several threads. */
    @Test
    void millionsOfNumbersAreThoseOfOneAtATime() {
        Philox random = new Philox(42, 9);
        float[] values = new float[(1 << 20) + (1 << 16) + 3];
        random.normals(0.5, 8, values);
        for (int i = 0; i < values.length; i += i % (1 << 16) < 8 ? 1 : 8191) {
            assertEquals((float) (0.5 * random.normal(8L + i)), values[i], 1e-7, "number " + i);
        }
        assertEquals((float) (0.5 * random.normal(8L + values.length - 1)), values[values.length - 1], 1e-7);
    }

    @Test
    void seedsStreamsAndStepsDiffer() {
        int[] first = bits(new Philox(1, 2, 3));
        assertArrayEquals(first, bits(new Philox(1, 2, 3)));
        for (Philox other : new Philox[] {new Philox(2, 2, 3), new Philox(1, 3, 3), new Philox(1, 2, 4)}) {
            int[] second = bits(other);
            int equal = (int) IntStream.range(0, first.length)
                    .filter(i -> first[i] == second[i])
                    .count();
            assertTrue(equal < 2, "equal numbers: " + equal);
        }
    }

    private static int[] bits(Philox random) {
        return IntStream.range(0, 1000).map(random::bits).toArray();
    }

    @Test
    void permutations() {
        for (int n : new int[] {1, 2, 3, 4, 5, 1000, 60_000}) {
            int[] order = new Philox(42, 1).permutation(n);
            int[] sorted = order.clone();
            Arrays.sort(sorted);
            assertArrayEquals(IntStream.range(0, n).toArray(), sorted);
            assertArrayEquals(order, new Philox(42, 1).permutation(n));
            if (n >= 1000) {
                assertFalse(Arrays.equals(order, new Philox(43, 1).permutation(n)));
                assertFalse(Arrays.equals(order, sorted));
            }
        }
        int[] counts = new int[6]; // the six orders of three are about equally frequent
        for (int seed = 0; seed < 6000; seed++) {
            int[] order = new Philox(seed, 0).permutation(3);
            counts[2 * order[0] + (order[1] > order[2] ? 1 : 0)]++;
        }
        for (int count : counts) {
            assertEquals(1000, count, 5 * Math.sqrt(1000 * 5.0 / 6));
        }
    }
}
