package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What took long to make is not lost where it cannot be written. */
class OutputsTest {
    @TempDir
    Path folder;

    @Test
    void writesElsewhereWhereTheDiskIsFull() throws IOException {
        Path file = folder.resolve("model");
        String text = assertThrows(
                        BadInput.class,
                        () -> Outputs.write("--save", file, to -> {
                            if (to.equals(file)) {
                                throw new IOException("No space left on device");
                            }
                            Files.writeString(to, "weights");
                        }))
                .getMessage();
        Matcher matcher = Pattern.compile("--save: \\Q" + file
                        + "\\E: expected to write it, got No space left on device; it is in (.*) instead")
                .matcher(text);
        assertTrue(matcher.matches(), text);
        Path elsewhere = Path.of(matcher.group(1));
        assertEquals("weights", Files.readString(elsewhere));
        Files.delete(elsewhere);
    }

    @Test
    void saysWhereNothingCouldBeWritten() {
        String text = assertThrows(
                        BadInput.class,
                        () -> Outputs.write("--save", folder.resolve("model"), to -> {
                            throw new IOException("broken");
                        }))
                .getMessage();
        assertTrue(text.endsWith("failed too"), text);
    }

    @Test
    void looksWithoutLeavingAnything() throws IOException {
        Outputs.check("--save", folder.resolve("model"));
        try (var files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }
}
