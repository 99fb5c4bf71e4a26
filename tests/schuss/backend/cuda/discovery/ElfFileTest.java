package schuss.backend.cuda.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that would end the process if they were loaded. */
class ElfFileTest {
    /** A library of the Java run time. */
    private static final Path WHOLE = Path.of(System.getProperty("java.home"), "lib", "libjava.so");

    @Test
    void aWholeLibraryHasNoFault() {
        assertEquals(Optional.empty(), ElfFile.fault(WHOLE));
    }

    @Test
    void whatIsCutOffIsTold(@TempDir Path folder) throws IOException {
        byte[] all = Files.readAllBytes(WHOLE);
        for (int length : new int[] {all.length - 1, all.length / 2, 4096, 100, 64}) {
            Path file = Files.write(folder.resolve("cut"), Arrays.copyOf(all, length));
            String fault = ElfFile.fault(file).orElseThrow();
            assertTrue(fault.matches("is cut off: expected \\d+ bytes, got " + length), fault);
        }
    }

    @Test
    void whatIsNoLibraryIsTold(@TempDir Path folder) throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "hello ".repeat(100));
        assertEquals(
                "is no library: expected a 64-bit ELF file, got 600 bytes of something else",
                ElfFile.fault(text).orElseThrow());
        assertTrue(ElfFile.fault(Files.createFile(folder.resolve("empty")))
                .orElseThrow()
                .contains("got 0 bytes"));
        assertTrue(ElfFile.fault(folder.resolve("none")).orElseThrow().startsWith("cannot be read"));
    }
}
