package schuss.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.CudaOptions;
import schuss.backend.OutOfMemoryException;
import schuss.backend.cuda.runtime.CudaException;

/** What the check of a GPU finds, and what it says to do. */
@Tag("cuda")
class GpuCheckTest {
    @Test
    void aSoundGpuComputesWhatItShould() {
        GpuCheck check = GpuCheck.run();
        assertEquals(List.of(), check.failures());
        assertTrue(check.freeBytes() > 0 && check.freeBytes() <= check.totalBytes(), check.toString());
        assertEquals(Optional.of(true), check.compiler().map(v -> v.matches("13\\.\\d+")));
        assertTrue(check.seconds() > 0, check.toString());
    }

    @Test
    void littleMemoryIsToldOnce() {
        GpuCheck check = GpuCheck.run(CudaOptions.DEFAULT.withMemoryBudget(1000));
        assertEquals(1, check.failures().size(), check.toString());
        String line = check.failures().get(0).toString();
        assertTrue(
                line.matches("FAILED: memory: cuda memory: expected room for 1\\.0 MB, .*\\. Fix: let other .*"), line);
    }

    @Test
    void aGpuThatCannotBeOpenedIsToldOnce() {
        GpuCheck check = GpuCheck.run(CudaOptions.DEFAULT.withOrdinal(99));
        assertEquals(1, check.failures().size(), check.toString());
        String line = check.failures().get(0).toString();
        assertTrue(line.matches("FAILED: opening the GPU: CUDA device: expected .* Fix: see what nvidia-smi .*"), line);
    }

    /** The words are those of the driver and of the libraries. */
    @Test
    void theFixFitsTheFailure() {
        assertFix("other processes", "memory", OutOfMemoryException.withFree("cuda", 10, 0, 5));
        assertFix("other processes", "a convolution", new CudaException("cudnnCreate: ... CUDNN_STATUS_ALLOC_FAILED"));
        assertFix("for itself", "opening the GPU", new CudaException("got CUDA_ERROR_DEVICE_UNAVAILABLE (46)"));
        assertFix("driver", "a kernel of Schuss", new CudaException("got CUDA_ERROR_UNSUPPORTED_PTX_VERSION (222)"));
        assertFix("driver", "a kernel of Schuss", new CudaException("got CUDA_ERROR_NO_BINARY_FOR_GPU (209)"));
        assertFix("nvidia-cuda-nvrtc", "a kernel of Schuss", new IllegalStateException("or NVRTC to make it"));
        assertFix("nvidia-cudnn-cu13", "opening the GPU", new CudaException("cudnnCreate: expected cuDNN to succeed"));
        assertFix("second copy", "a convolution", new CudaException("expected 32.0 as number 1, got 0.0"));
        assertFix("nvidia-cublas", "a matrix product", new UnsatisfiedLinkError("undefined symbol"));
        assertFix("nvidia-smi", "memory", new CudaException("got CUDA_ERROR_ILLEGAL_ADDRESS (700)"));
        assertFix("nvidia-smi", "memory", new CudaException(null));
    }

    private static void assertFix(String expected, String what, Throwable failure) {
        String fix = GpuCheck.fix(what, failure);
        assertTrue(fix.contains(expected), what + ", " + failure + ": " + fix);
    }
}
