package schuss.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import schuss.backend.cuda.runtime.Modules;

/** Where nvcc was there, every file of kernels was compiled for every chip. */
class FatbinTest {
    private static final Set<Integer> CHIPS = Set.of(75, 80, 86, 89, 90, 100, 120);
    private static final int NEWEST = 120;

    private static final int MAGIC = 0xBA55ED50;
    private static final int PTX = 1;
    private static final int MACHINE_CODE = 2;
    private static final int CHIP_AT = 28; // of an entry's header

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("native", "cuda"))) {
            return files.map(f -> f.getFileName().toString())
                    .filter(f -> f.endsWith(".cu"))
                    .map(f -> f.substring(0, f.length() - ".cu".length()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void everyFileIsCompiledForEveryChip() throws IOException {
        List<String> sources = sources();
        assertFalse(sources.isEmpty());
        boolean none = sources.stream().noneMatch(s -> Modules.resource(s + ".fatbin") != null);
        Assumptions.assumeFalse(none, "built without nvcc: kernels are compiled at first use");
        for (String source : sources) {
            byte[] fatbin = Modules.resource(source + ".fatbin");
            assertTrue(
                    fatbin != null,
                    source + ".cu: expected it compiled like the others, got no fatbin: mvn process-classes makes it");
            Set<Integer> compiled = new TreeSet<>();
            Set<Integer> portable = new TreeSet<>();
            read(fatbin, source, compiled, portable);
            assertEquals(new TreeSet<>(CHIPS), compiled, source + ".cu: machine code");
            assertEquals(Set.of(NEWEST), portable, source + ".cu: PTX");
        }
    }

    /** The chips of a fatbin's entries: a header of its own, then each entry's header and payload. */
    private static void read(byte[] fatbin, String source, Set<Integer> compiled, Set<Integer> portable) {
        ByteBuffer bytes = ByteBuffer.wrap(fatbin).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(MAGIC, bytes.getInt(0), source + ": no fatbin");
        long end = bytes.getShort(6) + bytes.getLong(8);
        assertEquals(fatbin.length, end, source + ": length");
        for (int entry = bytes.getShort(6); entry < end; ) {
            int kind = bytes.getShort(entry);
            assertTrue(kind == PTX || kind == MACHINE_CODE, source + ": entry of kind " + kind);
            (kind == PTX ? portable : compiled).add(bytes.getInt(entry + CHIP_AT));
            entry = Math.toIntExact(entry + bytes.getInt(entry + 4) + bytes.getLong(entry + 8));
        }
    }

    @Test
    void sourcesAreInTheJarToo() throws IOException {
        for (String source : sources()) {
            assertTrue(Modules.resource("source/" + source + ".cu") != null, source);
        }
    }
}
