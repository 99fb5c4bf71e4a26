package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import schuss.io.Safetensors;

/** Ctrl-C, for real: a process of its own gets the signal. */
@EnabledOnOs(OS.LINUX)
class InterruptTest {
    @TempDir
    Path folder;

    @Test
    @Timeout(120)
    void savesAndEndsWith130() throws Exception {
        Path data = IdxSamples.write(folder.resolve("data"));
        Path save = folder.resolve("model.safetensors");
        Path report = folder.resolve("run.html");
        Path history = folder.resolve("run.csv");
        Path out = folder.resolve("out");
        // who runs in the background may ignore the signal, and hands that on to its children: env undoes it
        List<String> command = List.of(
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "schuss.cli.Main",
                "train",
                data.toString(),
                "--epochs",
                "1000000",
                "--validation-split",
                "0.2",
                "--report",
                report.toString(),
                "--history",
                history.toString(),
                "--save",
                save.toString());
        Process process =
                new ProcessBuilder(command).redirectOutput(out.toFile()).start();
        try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
            assertTrue(err.readLine().startsWith("epoch 1/1000000: "));
            assertFalse(Files.exists(save));
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            String last = err.lines().collect(Collectors.toList()).stream().reduce("", (before, line) -> line);
            assertTrue(last.startsWith("stopped by Ctrl-C after "), last);
            assertTrue(
                    last.endsWith("; the model is in " + save + "; the history is in " + history + "; the report is in "
                            + report),
                    last);
            assertTrue(Files.readString(report).contains("</html>"));
            List<String> lines = Files.readAllLines(history);
            assertTrue(lines.size() > 1, lines.toString());
            lines.forEach(line -> assertEquals(6, line.split(",", -1).length, line));
            assertTrue(process.waitFor(1, TimeUnit.MINUTES));
            assertEquals(Interrupt.EXIT_CODE, process.exitValue());
            assertEquals(0, Files.size(out));
            check(save);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void check(Path save) throws IOException {
        try (Safetensors file = Safetensors.read(save)) {
            assertEquals(6, file.names().size());
        }
    }
}
