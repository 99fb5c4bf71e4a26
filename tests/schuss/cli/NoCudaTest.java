package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Without CUDA all else works. Each command runs in a process of its own, mostly without the CUDA jars, which is told of a
 * driver: then the jars are what it misses on every machine.
 */
class NoCudaTest {
    private static final String REASON = "cuda: unavailable: org\\.bytedeco:cuda:\\S+ and"
            + " org\\.bytedeco:cuda:\\S+:linux-x86_64 not on the class path\\. Add what is missing as a dependency.*";

    @TempDir
    Path folder;

    private Path data;

    @BeforeEach
    void write() throws IOException {
        data = IdxSamples.write(folder.resolve("data"));
        Files.createFile(Files.createDirectory(folder.resolve("driver")).resolve("libcuda.so.1"));
    }

    @Test
    void aGpuAskedForByNameIsRefusedInOneLine() throws Exception {
        CommandRun run = run("train", data.toString(), "--device", "cuda");
        assertEquals(2, run.code(), run.err());
        assertTrue(run.err().strip().matches("schuss train: " + REASON), run.err());
        assertEquals("", run.out());
    }

    @Test
    void roundedProductsAreNotTakenForExactOnes() throws Exception {
        CommandRun run = run("train", data.toString(), "--precision", "tf32");
        assertEquals(2, run.code(), run.err());
        assertTrue(
                run.err().strip().matches("schuss train: --precision: expected f32 on the CPU, got tf32; " + REASON),
                run.err());
    }

    @Test
    void debuggingADeviceIsForAGpu() throws Exception {
        CommandRun run = run("train", data.toString(), "--debug-device");
        assertEquals(2, run.code(), run.err());
        String expected = "schuss train: --debug-device: expected with a GPU only, got it with the CPU; " + REASON;
        assertTrue(run.err().strip().matches(expected), run.err());
    }

    @Test
    void theBestDeviceIsTheProcessorThenAndSaysWhyWhereAGpuIsExpected() throws Exception {
        CommandRun run = run("train", data.toString(), "--epochs", "1", "--hidden", "8");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.err().lines().anyMatch(line -> line.matches("best device: cpu; " + REASON)), run.err());
        assertFalse(run.out().contains("cuda"), run.out());
    }

    @Test
    void doctorTellsWhy() throws Exception {
        CommandRun run = run("doctor");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.outLines().stream().anyMatch(line -> line.matches(REASON)), run.out());
    }

    @Test
    void aLibraryThatCannotBeLoadedIsNamed() throws Exception {
        for (String name : List.of(
                "cudart.so.13",
                "nvrtc.so.13",
                "nvrtc-builtins.so.13.0",
                "cublasLt.so.13",
                "cublas.so.13",
                "cudnn_graph.so.9",
                "cudnn_ops.so.9",
                "cudnn_cnn.so.9",
                "cudnn_adv.so.9")) {
            Files.createFile(folder.resolve("driver").resolve("lib" + name));
        }
        CommandRun run = runWith(testClassPath(), "train", data.toString(), "--device", "cuda");
        assertEquals(2, run.code(), run.err());
        assertTrue(
                run.err()
                        .strip()
                        .matches("schuss train: cuda: unavailable: /.*/driver/libcuda\\.so\\.1 is no library: .*"),
                run.err());
    }

    /** The build writes down what is there at run time, under another name where the profile for CUDA is on. */
    @Test
    void whoDependsOnTheLibraryGetsNoCuda() throws IOException {
        Path file = Path.of("target", "runtime-classpath");
        Assumptions.assumeFalse(Files.notExists(file) && Files.exists(Path.of(file + "-cuda")), "the profile is on");
        List<String> jars = jars(Files.readString(file).strip());
        assertTrue(jars.stream().anyMatch(jar -> jar.matches("openblas-.*\\.jar")), jars.toString());
        assertTrue(jars.stream().noneMatch(jar -> jar.startsWith("cuda")), jars.toString());
    }

    private static List<String> jars(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).getFileName().toString())
                .toList();
    }

    private static String testClassPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private CommandRun run(String... arguments) throws IOException, InterruptedException {
        String classPath = testClassPath();
        assertTrue(jars(classPath).stream().anyMatch(jar -> jar.startsWith("cuda-")), classPath);
        return runWith(
                Arrays.stream(classPath.split(File.pathSeparator, -1))
                        .filter(entry ->
                                !Path.of(entry).getFileName().toString().startsWith("cuda-"))
                        .collect(Collectors.joining(File.pathSeparator)),
                arguments);
    }

    private CommandRun runWith(String classPath, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dschuss.cuda.libraries=" + folder.resolve("driver"),
                "-cp",
                classPath,
                "schuss.cli.Main"));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        int code = process.waitFor();
        return new CommandRun(
                code, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }
}
