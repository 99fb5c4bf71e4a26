package schuss.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Packing beside the same done plainly, which asks each buffer that was placed before. */
class PackingTest {
    /** A buffer that was placed, and where. */
    private record Placed(Plan.Buffer buffer, long offset) {
        long end() {
            return offset + buffer.bytes();
        }

        boolean meets(Plan.Buffer other) {
            return buffer.first() <= other.last() && other.first() <= buffer.last();
        }
    }

    private static final class Plainly {
        private final List<Placed> placed = new ArrayList<>(); // by offset

        long place(Plan.Buffer buffer) {
            long offset = 0;
            for (Placed other : placed) {
                if (other.meets(buffer) && other.offset() < offset + buffer.bytes() && offset < other.end()) {
                    offset = Plan.align(other.end());
                }
            }
            placed.add(new Placed(buffer, offset));
            placed.sort(Comparator.comparingLong(Placed::offset));
            return offset;
        }

        long bytes() {
            return placed.stream().mapToLong(p -> Plan.align(p.end())).max().orElse(0);
        }
    }

    private static void compare(int steps, List<Plan.Buffer> buffers, String what) {
        Packing packing = new Packing(steps);
        Plainly plainly = new Plainly();
        for (Plan.Buffer buffer : buffers) {
            assertEquals(plainly.place(buffer), packing.place(buffer), () -> what + ": " + buffer);
        }
        assertEquals(plainly.bytes(), packing.bytes(), what);
    }

    private static List<Plan.Buffer> largestFirst(List<Plan.Buffer> buffers) {
        List<Plan.Buffer> sorted = new ArrayList<>(buffers);
        sorted.sort(Comparator.comparingLong(b -> -b.bytes()));
        return sorted;
    }

    /** Of any size, or of few sizes as in most networks. */
    private static long size(Random random, boolean few) {
        return few ? 1000 * (1 + random.nextInt(3)) : 1 + random.nextInt(5000);
    }

    @Test
    void anyLifetimes() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int steps = 1 + random.nextInt(seed % 2 == 0 ? 12 : 300);
            int longest = 1 + random.nextInt(steps);
            List<Plan.Buffer> buffers = new ArrayList<>();
            for (int i = random.nextInt(200); i >= 0; i--) {
                int first = random.nextInt(steps);
                int last = Math.min(steps - 1, first + random.nextInt(longest));
                buffers.add(new Plan.Buffer(first, last, size(random, seed % 3 == 0)));
            }
            compare(steps, buffers, "seed " + seed);
            compare(steps, largestFirst(buffers), "seed " + seed + ", largest first");
        }
    }

    /** Results of forward steps, in use until the step backward that belongs to them, and short ones between. */
    @Test
    void lifetimesAsInTraining() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            int steps = 600;
            List<Plan.Buffer> buffers = new ArrayList<>();
            for (int i = 0; i < steps; i++) {
                boolean kept = i < steps / 2 && random.nextInt(3) > 0;
                int last = kept ? steps - 1 - i : Math.min(steps - 1, i + random.nextInt(4));
                buffers.add(new Plan.Buffer(i, last, size(random, seed % 2 == 0)));
            }
            compare(steps, largestFirst(buffers), "seed " + seed);
        }
    }

    @Test
    void allAtOnceLieOneBehindAnother() {
        Packing packing = new Packing(3);
        assertEquals(0, packing.place(new Plan.Buffer(0, 2, 1)));
        assertEquals(Plan.ALIGNMENT, packing.place(new Plan.Buffer(0, 2, Plan.ALIGNMENT)));
        assertEquals(2 * Plan.ALIGNMENT, packing.place(new Plan.Buffer(0, 2, Plan.ALIGNMENT + 1)));
        assertEquals(4 * Plan.ALIGNMENT, packing.bytes());
    }
}
