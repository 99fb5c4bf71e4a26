package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.ChildJvm;
import schuss.Device;
import schuss.backend.cuda.runtime.CudaLibraries;
import schuss.cli.bench.ProfileTableTest;

/** What the command line says where there is a GPU, be it emulated. */
@Tag("cuda")
class CudaTest {
    @Test
    void doctorTellsTheGpuTheVersionsAndTheFiles() {
        CommandRun run = CommandRun.of("doctor");
        assertEquals(0, run.code(), run.err());
        assertTrue(
                run.outLines().stream()
                        .anyMatch(line -> line.matches(
                                "cuda: available: .+, driver .*\\d.*, CUDA 13\\.\\d+, cuDNN 9\\.\\d+\\.\\d+")),
                run.out());
        for (String name : new String[] {"cuda", "cudart", "cublasLt", "cublas", "cudnn_graph", "cudnn_adv"}) {
            assertTrue(run.outLines().stream().anyMatch(line -> line.matches("  /.*/lib" + name + "\\.so\\..*")), name);
        }
        assertTrue(run.outLines().stream().anyMatch(line -> line.startsWith("cpu: ")), run.out());
        for (String line : new String[] {
            "cuda: \\d+\\.\\d GB free of \\d+\\.\\d GB",
            "cuda: NVRTC 13\\.\\d+",
            "cuda: checked in \\d+\\.\\d s: memory, kernels, a matrix product and a convolution work"
        }) {
            assertTrue(run.outLines().stream().anyMatch(l -> l.matches(line)), line + " in " + run.out());
        }
        assertFalse(run.out().contains("FAILED"), run.out());
    }

    /** A GPU that is there and cannot be used is a failure, told in one line with what to do. */
    @Test
    void doctorFailsWhereTheGpuCannotBeUsed() throws Exception {
        Assumptions.assumeTrue(CudaLibraries.info().gpu().equals("Emulated GPU"), "a real one has memory");
        String cache = "org.bytedeco.javacpp.cachedir";
        ProcessBuilder doctor =
                ChildJvm.of(List.of("-D" + cache + "=" + System.getProperty(cache, "")), Main.class, "doctor");
        doctor.environment().put("SCHUSS_EMULATION_MEMORY", "2000");
        Process process = doctor.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(1, process.waitFor(), out);
        assertTrue(out.lines().anyMatch(line -> line.startsWith("cuda: available: Emulated GPU, driver ")), out);
        assertTrue(
                out.lines().anyMatch(line -> line.matches("cuda: FAILED: memory: .*\\. Fix: let other processes .*")),
                out);
        assertTrue(out.lines().anyMatch(line -> line.matches("cuda: checked in .*: it cannot be used as it is")), out);
    }

    @Test
    void theBestDeviceIsTheGpu() {
        try (Device device = Device.best()) {
            assertEquals("Device cuda", device.toString());
        }
    }

    @Test
    void severalDevicesOnOneGpu() {
        try (Device first = Device.cuda();
                Device second = Device.cuda()) {
            assertEquals(first.describe(), second.describe());
        }
    }

    /** An error of the GPU shows with the launch that it is of, and recommends how to find the step, or names it. */
    @Test
    void debugDeviceNamesTheStepThatFails() throws Exception {
        Assumptions.assumeTrue(CudaLibraries.info().gpu().equals("Emulated GPU"), "a real one fails when it likes");
        String without = failing();
        assertTrue(without.contains("--debug-device"), without);
        String with = failing("--debug-device");
        assertTrue(with.contains("CrossEntropy"), with);
    }

    /** What the command line says where a kernel of the loss accesses what is not there. */
    private static String failing(String... options) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("bench", "W1", "--device", "cuda", "--batch-size", "2", "--seconds", "0.01"));
        arguments.addAll(List.of(options));
        ProcessBuilder bench = ChildJvm.of(List.of(), Main.class, arguments.toArray(String[]::new));
        bench.environment().put("SCHUSS_EMULATION_FAULTS", "illegal-address:cross_entropy_forward");
        Process process = bench.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(1, process.waitFor(), out);
        return out;
    }

    @Test
    void threadsChooseTheProcessor() {
        CommandRun run = CommandRun.of("bench", "W5", "--seconds", "0.01", "--threads", "1");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().startsWith("schuss W5 1 "), run.out());
    }

    /** The table has times of the GPU and of the host; the row's name says what is not exact. */
    @Test
    void benchProfilesTheGpuAndNamesTf32() {
        CommandRun run = CommandRun.of(
                "bench", "W5", "--profile", "--seconds", "0.01", "--precision", "tf32", "--device", "cuda");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().startsWith("schuss-cuda-tf32 W5 1 "), run.out());
        ProfileTableTest.assertTable(run.outLines().subList(1, run.outLines().size()));
        assertTrue(run.outLines().get(1).matches("# +share +step +us +host us .*"), run.out());
        assertTrue(run.out().contains("; the host asks for the whole in "), run.out());
    }
}
