package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that are killed at any moment; what is resumed saves the same bytes as a run in one go. The property {@code
 * schuss.test.kills} says how often to kill at random, 2 unless given.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(600)
class ResumeTest {
    private static final int KILLS = Integer.getInteger("schuss.test.kills", 2);

    @TempDir
    Path folder;

    private Path data;
    private Path whole;
    private Path checkpoints;
    private Path save;

    @BeforeEach
    void trainInOneGo() throws IOException {
        data = IdxSamples.write(folder.resolve("data"));
        whole = folder.resolve("whole.safetensors");
        checkpoints = folder.resolve("checkpoints");
        save = folder.resolve("saved.safetensors");
        List<String> args = new ArrayList<>(settings());
        args.addAll(List.of("--save", whole.toString()));
        assertEquals(0, CommandRun.of(args.toArray(String[]::new)).code());
    }

    private List<String> settings() {
        return List.of(
                "train",
                data.toString(),
                "--device=cpu",
                "--threads=1",
                "--batch-size=3",
                "--epochs=3",
                "--dropout=0.3",
                "--early-stopping=3",
                "--hidden=64",
                "--schedule=cosine");
    }

    private String[] resuming() {
        return Stream.concat(
                        settings().stream(),
                        Stream.of("--save=" + save, "--checkpoint=" + checkpoints, "--checkpoint-every=2", "--resume"))
                .toArray(String[]::new);
    }

    private Process start(String... shell) throws IOException {
        List<String> command = new ArrayList<>(List.of(shell));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:-UsePerfData", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
        command.add("schuss.cli.Main");
        command.addAll(Arrays.asList(resuming()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }

    private void resume() throws IOException {
        CommandRun run = CommandRun.of(resuming());
        assertEquals(0, run.code(), run.err());
        assertEquals(-1, Files.mismatch(whole, save));
    }

    private void kill(Process process) throws InterruptedException {
        process.toHandle().destroyForcibly();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    }

    private void clear() throws IOException {
        if (Files.exists(checkpoints)) {
            try (Stream<Path> files = Files.list(checkpoints)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.deleteIfExists(save);
    }

    @Test
    void killedAtRandom() throws Exception {
        Random random = new Random(System.nanoTime());
        long began = System.nanoTime();
        Process first = start();
        assertTrue(first.waitFor(5, TimeUnit.MINUTES));
        assertEquals(0, first.exitValue(), Files.readString(folder.resolve("output")));
        long nanos = System.nanoTime() - began;
        resume(); // after the end
        for (int i = 0; i < KILLS; i++) {
            clear();
            Process process = start();
            TimeUnit.NANOSECONDS.sleep((long) (nanos * random.nextDouble()));
            kill(process);
            resume();
        }
    }

    @Test
    void killedBeforeTheFirstCheckpoint() throws Exception {
        Process process = start();
        while (process.isAlive() && !Files.exists(checkpoints)) {
            Thread.onSpinWait();
        }
        kill(process);
        resume();
    }

    @Test
    void killedWhileItWritesACheckpoint() throws Exception {
        Process process = start();
        boolean killed = false;
        while (process.isAlive() && !killed) {
            if (files(".schuss-") > 0 && files("batch-") > 0) {
                kill(process);
                killed = true;
            }
        }
        assertTrue(killed, () -> "was done before");
        resume();
    }

    private long files(String prefix) throws IOException {
        if (!Files.isDirectory(checkpoints)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(checkpoints)) {
            return files.filter(f -> f.getFileName().toString().startsWith(prefix))
                    .count();
        }
    }

    /** A limit on the size of files fails in the middle of writing, as a full disk does. */
    @Test
    void trainingSurvivesAFullDisk() throws Exception {
        Process process = start("sh", "-c", "ulimit -f 16; exec \"$@\"", "sh");
        assertTrue(process.waitFor(5, TimeUnit.MINUTES));
        String output = Files.readString(folder.resolve("output"));
        assertTrue(
                output.contains("checkpoint after 2 batches: expected to write it, got File too large; there is none"),
                output);
        assertTrue(output.contains("epoch 3/3: "), output);
        assertEquals(
                1,
                output.lines().filter(l -> l.contains("File too large; there")).count(),
                output);
        assertEquals(0, files("batch-"));
        assertEquals(0, files(".schuss-"));
        resume();
    }
}
