package schuss.backend.cuda.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where CUDA is found, and that its parts are not mixed. */
class DiscoveryTest {
    private static final String TOOLKIT = "/usr/local/cuda-13.0/targets/x86_64-linux/lib";
    private static final String SITE = "/opt/torch/.venv/lib/python3.12/site-packages/nvidia";
    private static final String HOME_SITE = "/home/me/.local/lib/python3.11/site-packages/nvidia";

    @TempDir
    Path root;

    @Test
    void inTheOrderOfLoading() throws Exception {
        Tree tree = Tree.withDriver(root)
                .cuda(SITE + "/cu13/lib")
                .compiler(SITE + "/cu13/lib")
                .cudnn(SITE + "/cudnn/lib");
        Installation found = tree.find();
        assertEquals(
                List.of(CudaLibrary.values()), new ArrayList<>(found.libraries().keySet()));
        assertEquals(
                tree.path(Tree.LIBRARIES + "/libcuda.so.1"), found.libraries().get(CudaLibrary.DRIVER));
        assertEquals(Optional.of("580.65.06"), found.driver());
        assertTrue(found.hasCompiler());
    }

    /** Where libraries may lie, and what has to be set for them to be found there. */
    @ParameterizedTest
    @CsvSource({
        SITE + "/cu13/lib, " + SITE + "/cudnn/lib, , ",
        HOME_SITE + "/cu13/lib, " + HOME_SITE + "/cudnn/lib, HOME, /home/me",
        "/usr/lib/python3/dist-packages/nvidia/cu13/lib, /usr/lib/python3/dist-packages/nvidia/cudnn/lib, , ",
        "/usr/local/lib/python3.11/dist-packages/nvidia/cu13/lib, /usr/lib/x86_64-linux-gnu, , ",
        "/opt/conda/envs/a/lib/python3.12/site-packages/nvidia/cu13/lib, /usr/lib64, , ",
        "/srv/venv/lib/python3.13/site-packages/nvidia/cu13/lib, /usr/lib64, VIRTUAL_ENV, /srv/venv",
        "/srv/conda/lib, /srv/conda/lib, CONDA_PREFIX, /srv/conda",
        "/srv/conda/targets/x86_64-linux/lib, /srv/conda/lib, CONDA_PREFIX, /srv/conda",
        "/srv/toolkit/lib64, /srv/toolkit/lib64, CUDA_HOME, /srv/toolkit",
        "/srv/toolkit/targets/x86_64-linux/lib, /usr/lib64, CUDA_PATH, /srv/toolkit",
        "/usr/local/cuda/lib64, /usr/lib/x86_64-linux-gnu, , ",
        TOOLKIT + ", " + TOOLKIT + ", , ",
        "/srv/some, /srv/other, LD_LIBRARY_PATH, /srv/some:relative:/srv/other",
        "/usr/lib/x86_64-linux-gnu, /usr/lib/x86_64-linux-gnu, , ",
        "/usr/local/nvidia/lib64, /usr/local/nvidia/lib64, , ",
    })
    void whereItUsuallyLies(String cuda, String cudnn, String variable, String value) throws Exception {
        Tree tree = Tree.withDriver(root).cuda(cuda).cudnn(cudnn);
        if (variable != null) {
            tree.environment(Map.of(variable, value));
        }
        assertFrom(tree, cuda, cudnn);
        assertFalse(tree.find().hasCompiler());
    }

    @Test
    void oneFolderForEveryWheel() throws Exception {
        Tree tree = Tree.withDriver(root)
                .file(SITE + "/cuda_runtime/lib/libcudart.so.13", "")
                .file(SITE + "/cublas/lib/libcublas.so.13", "")
                .file(SITE + "/cublas/lib/libcublasLt.so.13", "")
                .compiler(SITE + "/cuda_nvrtc/lib")
                .cudnn(SITE + "/cudnn/lib");
        Map<CudaLibrary, Path> found = tree.find().libraries();
        assertEquals(tree.path(SITE + "/cublas/lib/libcublas.so.13"), found.get(CudaLibrary.CUBLAS));
        assertEquals(tree.path(SITE + "/cuda_nvrtc/lib/libnvrtc.so.13"), found.get(CudaLibrary.NVRTC));
    }

    @Test
    void environmentBeforeWheelsBeforeToolkitBeforeLoader() throws Exception {
        Tree tree = Tree.withDriver(root).environment(Map.of("CUDA_HOME", "/srv/toolkit"));
        tree.cuda(Tree.LIBRARIES).cudnn(Tree.LIBRARIES);
        assertFrom(tree, Tree.LIBRARIES, Tree.LIBRARIES);
        tree.cuda(TOOLKIT).cudnn(TOOLKIT);
        assertFrom(tree, TOOLKIT, TOOLKIT);
        tree.cuda(SITE + "/cu13/lib").cudnn(SITE + "/cudnn/lib");
        assertFrom(tree, SITE + "/cu13/lib", SITE + "/cudnn/lib");
        tree.cuda("/srv/toolkit/lib64").cudnn("/srv/toolkit/lib64");
        assertFrom(tree, "/srv/toolkit/lib64", "/srv/toolkit/lib64");
    }

    @Test
    void newestOfSeveralToolkits() throws Exception {
        String newer = "/usr/local/cuda-13.1/lib64";
        Tree tree = Tree.withDriver(root)
                .cuda("/usr/local/cuda-12.8/lib64")
                .cuda(TOOLKIT)
                .cuda(newer)
                .cudnn("/usr/lib64");
        assertFrom(tree, newer, "/usr/lib64");
    }

    @Test
    void aPlaceThatLacksALibraryIsPassedOver() throws Exception {
        Tree tree = Tree.withDriver(root)
                .cuda(TOOLKIT)
                .delete(TOOLKIT + "/libcublasLt.so.13")
                .cudnn(TOOLKIT)
                .delete(TOOLKIT + "/libcudnn_adv.so.9")
                .cuda("/usr/lib64")
                .cudnn("/usr/lib64");
        assertFrom(tree, "/usr/lib64", "/usr/lib64");
    }

    @Test
    void theCompilerComesFromTheSamePlaceOrNotAtAll() throws Exception {
        Tree tree = Tree.withDriver(root).cuda(TOOLKIT).cudnn(TOOLKIT).compiler("/usr/lib64");
        assertFalse(tree.find().hasCompiler());
    }

    @Test
    void wheelsOfCuda12AreNotTaken() throws Exception {
        Tree tree = Tree.withDriver(root)
                .file(SITE + "/cublas/lib/libcublas.so.12", "")
                .file(SITE + "/cublas/lib/libcublasLt.so.12", "")
                .file(SITE + "/cuda_runtime/lib/libcudart.so.12", "")
                .cuda(SITE + "/cu13/lib")
                .cudnn(SITE + "/cudnn/lib");
        assertFrom(tree, SITE + "/cu13/lib", SITE + "/cudnn/lib");
    }

    // ---- our own property ----

    @Test
    void thePropertyNamesAllThatIsSearched() throws Exception {
        Tree tree = Tree.withDriver(root).cuda("/srv/a").cudnn("/srv/b").setting("/srv/a:/srv/b");
        tree.cuda(TOOLKIT).cudnn(TOOLKIT).environment(Map.of("CUDA_HOME", "/usr/local/cuda-13.0"));
        assertFrom(tree, "/srv/a", "/srv/b");
    }

    @Test
    void thePropertyMayHoldADriver() throws Exception {
        Tree tree = new Tree(root)
                .cuda("/srv/a")
                .cudnn("/srv/a")
                .file("/srv/a/libcuda.so.1", "")
                .file("/proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.1.2  Sun\n")
                .setting("/srv/a");
        assertEquals(tree.path("/srv/a/libcuda.so.1"), tree.find().libraries().get(CudaLibrary.DRIVER));
        assertEquals(Optional.empty(), tree.find().driver());
    }

    @Test
    void theModuleTellsTheVersionWhereTheLibraryDoesNot() throws Exception {
        Tree tree = new Tree(root)
                .file("/dev/nvidiactl", "")
                .file("/usr/lib64/libcuda.so.1", "")
                .file(
                        "/proc/driver/nvidia/version",
                        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.82.07  Release Build  (a)\nGCC\n")
                .cuda(TOOLKIT)
                .cudnn(TOOLKIT);
        assertEquals(Optional.of("580.82.07"), tree.find().driver());
    }

    // ---- already in the process ----

    @Test
    void whatIsInTheProcessAlreadyIsFineWhereItIsTheSame() throws Exception {
        Tree tree = Tree.withDriver(root)
                .cuda(TOOLKIT)
                .cudnn(TOOLKIT)
                .mapped(TOOLKIT + "/libcudart.so.13", Tree.LIBRARIES + "/libcuda.so.580.65.06");
        assertFrom(tree, TOOLKIT, TOOLKIT);
    }

    private static void assertFrom(Tree tree, String cuda, String cudnn) throws CudaUnavailable {
        Map<CudaLibrary, Path> found = tree.find().libraries();
        CudaLibrary.TOOLKIT.forEach(
                library -> assertEquals(tree.path(cuda), found.get(library).getParent()));
        CudaLibrary.CUDNN.forEach(
                library -> assertEquals(tree.path(cudnn), found.get(library).getParent()));
    }
}
