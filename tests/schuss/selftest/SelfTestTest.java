package schuss.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.ChildJvm;
import schuss.TestDevice;

/** The self test gets through a GPU's failures, which are planted in the emulated one, and names what failed. */
@Tag("cuda")
class SelfTestTest {
    private static final String OPS = "schuss.conformance.CudaDeviceTest#ops";

    @BeforeAll
    static void onlyThereFaultsCanBePlanted() {
        assumeTrue(TestDevice.isEmulated(), "faults are planted in the emulated GPU");
    }

    /** How a self test ended that was started on a GPU with a fault. */
    private record Outcome(int code, String printed) {
        /** The line of the table that says how many cases were tried, and how they went. */
        String row() {
            return printed.lines()
                    .filter(line -> line.startsWith("1     CudaDeviceTest.ops"))
                    .reduce((a, b) -> b)
                    .orElse("no row")
                    .replaceAll("\\s+", " ");
        }

        void assertHas(String part) {
            assertTrue(printed.contains(part), "expected \"" + part + "\" in:\n" + printed);
        }
    }

    private static Outcome run(String fault, String cases, String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("--tests", OPS, "--quick"));
        arguments.addAll(Arrays.asList(more));
        ProcessBuilder builder =
                ChildJvm.of(List.of("-Dschuss.cases=" + cases), SelfTest.class, arguments.toArray(String[]::new));
        builder.environment().put("SCHUSS_EMULATION_FAULTS", fault);
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), printed);
    }

    /** The first cases of the op fail and end their process each, the rest is given up, and other ops hold. */
    @Test
    void goesOnInFreshProcessesAfterIllegalAddresses() throws IOException, InterruptedException {
        Outcome outcome = run("illegal-address:softmax_forward", "^(Softmax|LogSoftmax of f32\\(1)");
        assertEquals(1, outcome.code(), outcome.printed());
        outcome.assertHas("FAILED CudaDeviceTest.ops, Softmax of f32(1, 1), seed 17 [Softmax[]]: CudaException: ");
        outcome.assertHas("goes on in a fresh process");
        outcome.assertHas("the other cases of Softmax are left out");
        assertTrue(
                outcome.row().matches(".*ops \\d+ [\\d.]+ 4 FAILED, \\d+ skipped: Softmax ended too many processes"),
                outcome.row());
        outcome.assertHas("1 of 1 checks FAILED");
    }

    @Test
    void endsWhatHangsAndGoesOn() throws IOException, InterruptedException {
        Outcome outcome = run(
                "hang:softmax_forward",
                "^(Softmax of f32\\(1, 1\\), seed 17 |LogSoftmax of f32\\(1)",
                "--hang-seconds",
                "5");
        assertEquals(1, outcome.code(), outcome.printed());
        outcome.assertHas("FAILED CudaDeviceTest.ops, Softmax of f32(1, 1), seed 17 [Softmax[]]: no end within 5 s");
        outcome.assertHas("Full thread dump");
        assertTrue(outcome.row().matches(".*ops [2-9] [\\d.]+ [12] FAILED"), outcome.row()); // and LogSoftmax holds
    }

    @Test
    void saysThatTimeWasUp() throws IOException, InterruptedException {
        Outcome outcome = run("hang:softmax_forward", "^(Softmax|Guard)", "--seconds", "4");
        assertEquals(0, outcome.code(), outcome.printed());
        outcome.assertHas("not run: time was up after ");
        outcome.assertHas("none failed");
    }
}
