package schuss.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Readers take their seeds, and refuse in words what becomes of them by chance. */
class ReadersTest {
    private static final Duration SEARCH = Duration.ofSeconds(2); // a reader
    private static final int CHANGED = 400; // a reader at most
    private static final int SHOWN = 300; // bytes
    private static final byte[] EDGES = {0, 1, -1, 127, -128, '"', '0', '9', '-', '\n', ',', '{', '}', '[', ']', 'e'};

    private static void read(Reader reader, byte[] bytes) {
        long begin = System.nanoTime();
        try {
            reader.read(bytes);
        } catch (RuntimeException | Error e) {
            byte[] some = Arrays.copyOf(bytes, Math.min(bytes.length, SHOWN));
            fail(reader + " of " + bytes.length + " bytes, " + HexFormat.of().formatHex(some), e);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        assertTrue(seconds < 5 * Reader.MOST_SECONDS, () -> reader + ": " + seconds + " s"); // this machine may be busy
    }

    @ParameterizedTest
    @EnumSource
    void seeds(Reader reader) {
        List<byte[]> seeds = Seeds.of(reader);
        assertTrue(reader.read(seeds.get(0)), "expected the first to be taken");
        seeds.forEach(seed -> read(reader, seed));
    }

    @ParameterizedTest
    @EnumSource
    void changedSeeds(Reader reader) {
        List<byte[]> seeds = Seeds.of(reader);
        Random random = new Random(reader.ordinal());
        long end = System.nanoTime() + SEARCH.toNanos();
        for (int i = 0; i < CHANGED && System.nanoTime() < end; i++) {
            byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes = changed(bytes, seeds.get(random.nextInt(seeds.size())), random);
            }
            read(reader, bytes);
        }
    }

    private static byte[] changed(byte[] bytes, byte[] other, Random random) {
        if (bytes.length == 0) {
            return other.clone();
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = EDGES[random.nextInt(EDGES.length)];
            case 2 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 3 -> { // a piece twice
                int length = random.nextInt(Math.min(64, bytes.length - at)) + 1;
                return joined(Arrays.copyOf(bytes, at + length), Arrays.copyOfRange(bytes, at, bytes.length));
            }
            case 4 -> { // a piece less
                int end = at + random.nextInt(Math.min(16, bytes.length - at)) + 1;
                return joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, end, bytes.length));
            }
            default -> { // the end of another
                int from = random.nextInt(other.length + 1);
                return joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(other, from, other.length));
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
