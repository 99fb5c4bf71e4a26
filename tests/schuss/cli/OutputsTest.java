package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.cli.options.BadInput;
import schuss.cli.options.OutputOptions;
import schuss.cli.options.Outputs;
import schuss.internal.AtomicFile;

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

    /** What holds a model is for its owner, in a folder that all can read. */
    @Test
    void whatIsWrittenElsewhereIsTheOwnersAlone() throws IOException {
        Path file = folder.resolve("model");
        String text = assertThrows(
                        BadInput.class,
                        () -> Outputs.write("--save", file, to -> {
                            if (to.equals(file)) {
                                throw new IOException("full");
                            }
                            AtomicFile.write(to, ByteBuffer.allocate(1));
                        }))
                .getMessage();
        Path elsewhere = Path.of(text.replaceAll(".*it is in (.*) instead", "$1"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(elsewhere)));
        Files.delete(elsewhere);
    }

    @Test
    void oneFailureKeepsNoOtherFileFromBeingWritten() {
        String text = assertThrows(
                        BadInput.class,
                        () -> OutputOptions.all(List.of(
                                () -> {
                                    throw new BadInput("--save: full");
                                },
                                () -> "; the history is in h.csv",
                                () -> {
                                    throw new BadInput("--report: full too");
                                },
                                () -> "; the checkpoint is c")))
                .getMessage();
        assertEquals("--save: full; --report: full too; the history is in h.csv; the checkpoint is c", text);
        assertEquals("ab", OutputOptions.all(List.of(() -> "a", () -> "b")));
    }

    /** A model that has become larger than a file may be; what is said of the run is small. */
    @Test
    void theHistoryIsWrittenWhereTheModelHasNoRoom() throws Exception {
        Path data = IdxSamples.write(folder.resolve("data"));
        Path history = folder.resolve("run.csv");
        Path report = folder.resolve("run.html");
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -f 1000; exec \"$0\" \"$@\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "schuss.cli.Main",
                        "train",
                        data.toString(),
                        "--epochs=1",
                        "--hidden=1000,1000",
                        "--save=" + folder.resolve("model.safetensors"),
                        "--history=" + history,
                        "--report=" + report)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(2, process.waitFor(), said);
        String last = said.lines().reduce("", (before, line) -> line);
        assertTrue(last.contains("--save: ") && last.contains("File too large"), last);
        assertTrue(last.endsWith("; the history is in " + history + "; the report is in " + report), last);
        assertTrue(Files.readString(report).contains("</html>"));
        assertEquals(2, Files.readAllLines(history).size());
        try (var files = Files.list(folder)) {
            assertEquals(
                    List.of("data", "run.csv", "run.html"),
                    files.map(path -> path.getFileName().toString()).sorted().toList());
        }
    }
}
