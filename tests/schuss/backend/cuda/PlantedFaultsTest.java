package schuss.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.ChildJvm;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;
import schuss.backend.cuda.runtime.Modules;
import schuss.layers.Conv2d;
import schuss.layers.Dense;
import schuss.layers.Flatten;
import schuss.layers.Relu;
import schuss.layers.Sequential;

/**
 * Training goes on where a library fails in part: the emulated libraries are told which fault to have by an environment
 * variable, in a process of their own.
 */
@Tag("cuda")
class PlantedFaultsTest {
    private static final String RESULT = "answer ";
    private static final float ROUNDING = 1e-6f; // another way adds some 256 products of about 0.1 in another order

    @TempDir
    private Path folder;

    @BeforeAll
    static void onlyTheEmulationCanBeTold() {
        try (Device device = Device.cuda(schuss.CudaOptions.DEFAULT)) {
            Assumptions.assumeTrue(device.describe().contains("Emulated"), "a GPU's libraries have no faults to order");
        }
    }

    /** Answers of a small network, one a line. */
    public static void main(String[] arguments) {
        Sequential net =
                Sequential.of(new Conv2d(4, 3), new Relu(), new Flatten(), new Dense(8), new Relu(), new Dense(3));
        try (Device device = TestDevice.open();
                Model model = Model.create(net, Shape.of(8, 8, 2), device, 7)) {
            float[] input = new float[128];
            for (int i = 0; i < input.length; i++) {
                input[i] = (i % 7) / 7f;
            }
            for (float answer : model.predict(input)) {
                System.out.println(RESULT + answer);
            }
        }
    }

    /** What the program prints with a fault; its kernels and choices are made anew. */
    private List<String> printed(String faults) throws IOException, InterruptedException {
        Path cache = folder.resolve("cache-" + faults.replace(':', '-'));
        ProcessBuilder child = ChildJvm.of(List.of(), PlantedFaultsTest.class);
        child.command().add(1, "-Dschuss.cuda.cache=" + cache);
        child.command().removeIf(option -> option.startsWith("-Dschuss.cuda.cache=") && !option.endsWith("" + cache));
        child.environment().put("SCHUSS_EMULATION_FAULTS", faults);
        Path output = folder.resolve("output");
        Process process = child.redirectOutput(output.toFile()).start();
        process.waitFor();
        return Files.readAllLines(output, StandardCharsets.UTF_8);
    }

    private static float[] answers(List<String> printed) {
        List<String> lines =
                printed.stream().filter(line -> line.startsWith(RESULT)).toList();
        float[] answers = new float[lines.size()];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = Float.parseFloat(lines.get(i).substring(RESULT.length()));
        }
        return answers;
    }

    private static void assertSays(List<String> printed, String... words) {
        String text = String.join("\n", printed);
        for (String word : words) {
            assertTrue(text.contains(word), "expected \"" + word + "\" in:\n" + text);
        }
    }

    @Test
    void theNextWayIsTriedAndTheReasonTold() throws IOException, InterruptedException {
        float[] right = answers(printed(""));
        assertEquals(3, right.length);
        for (String fault : List.of("cudnn-finalize:2", "no-heuristic:repeatable", "no-heuristic:epilogue")) {
            assertArrayEquals(right, answers(printed(fault)), ROUNDING, fault);
        }
        assertSays(printed("no-heuristic:repeatable"), "WARNING", "from run to run");
        List<String> direct = printed("cudnn-finalize:99");
        assertArrayEquals(right, answers(direct), ROUNDING);
        assertSays(direct, "WARNING", "forward x (1, 8, 8, 2) w (3, 3, 2, 4)", "our own kernels");
    }

    @Test
    void withoutAnyAlgorithmTheErrorIsClear() throws IOException, InterruptedException {
        assertSays(printed("no-heuristic"), "MatMul + bias relu", "expected cuBLASLt to have an algorithm", "got none");
    }

    @Test
    void whereCompiledKernelsDoNotLoadTheirSourcesAreCompiled() throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                Modules.resource("check.fatbin") != null, "built without nvcc: there are no compiled kernels");
        List<String> printed = printed("broken-fatbin");
        assertArrayEquals(answers(printed("")), answers(printed), 0);
        assertSays(printed, "WARNING", "CUDA_ERROR_INVALID_IMAGE", "are compiled here instead");
    }
}
