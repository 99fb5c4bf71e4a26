package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.Device;

/** What the command line says where there is a GPU, be it emulated. */
@Tag("cuda")
class CudaTest {
    @Test
    void doctorTellsTheGpuTheVersionsAndTheFiles() {
        Run run = Run.of("doctor");
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

    @Test
    void threadsChooseTheProcessor() {
        Run run = Run.of("bench", "W5", "--seconds", "0.01", "--threads", "1");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().startsWith("schuss W5 1 "), run.out());
    }

    /** The table has times of the GPU and of the host; the row's name says what is not exact. */
    @Test
    void benchProfilesTheGpuAndNamesTf32() {
        Run run = Run.of("bench", "W5", "--profile", "--seconds", "0.01", "--precision", "tf32", "--device", "cuda");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().startsWith("schuss-cuda-tf32 W5 1 "), run.out());
        ProfileTableTest.assertTable(run.outLines().subList(1, run.outLines().size()));
        assertTrue(run.outLines().get(1).matches("# +share +step +us +host us .*"), run.out());
        assertTrue(run.out().contains("; the host asks for the whole in "), run.out());
    }
}
