package schuss.backend.cuda.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.cuda.global.nvrtc;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.backend.cuda.discovery.CudaLibrary;
import schuss.backend.cuda.discovery.MappedLibraries;

/** CUDA in this process, be it emulated. */
@Tag("cuda")
class CudaLibrariesTest {
    /** Where a toolkit is installed too, the presets would load its copy beside ours. */
    @Test
    void oneCopyOfEach() {
        List<Path> ours = CudaLibraries.info().files();
        assertTrue(cublas.cublasLtGetVersion() > 0); // the presets' classes have loaded what they load by now
        assertTrue(cudnn.cudnnGetVersion() > 0);
        Assumptions.assumeTrue(CudaLibraries.hasCompiler());
        assertEquals(0, nvrtc.nvrtcVersion(new int[1], new int[1]));
        MappedLibraries mapped = MappedLibraries.of(Path.of("/proc/self/maps"));
        int number = 0;
        for (CudaLibrary library : CudaLibrary.values()) {
            assertTrue(mapped.files(library).size() < 2, library + ": " + mapped.files(library));
            assertTrue(ours.containsAll(mapped.files(library)), ours + " and " + mapped.files(library));
            number += mapped.files(library).size();
        }
        assertEquals(ours.size(), number);
    }

    @Test
    void availableForGood() {
        assertEquals(Optional.empty(), CudaLibraries.unavailabilityCause());
        CudaLibraries.load();
        assertEquals(Optional.empty(), CudaLibraries.unavailabilityCause());
    }
}
