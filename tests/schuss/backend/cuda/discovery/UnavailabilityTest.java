package schuss.backend.cuda.discovery;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every reason why there is no CUDA, each with what to do about it, in one line. */
class UnavailabilityTest {
    private static final String CUDA = "/usr/local/cuda/lib64";
    private static final String DRIVER = Tree.LIBRARIES + "/libcuda.so.1";

    @TempDir
    Path root;

    private Tree tree;

    @BeforeEach
    void makeWhole() throws IOException {
        tree = Tree.withDriver(root).cuda(CUDA).cudnn(CUDA);
    }

    @Test
    void noGpu() throws IOException {
        tree.delete("/dev/nvidiactl");
        assertReason("no NVIDIA GPU: there is no /dev/nvidiactl", "--gpus all");
    }

    @Test
    void noDriver() throws IOException {
        tree.delete(DRIVER);
        assertReason("no NVIDIA driver: libcuda.so.1 not found in " + tree.path(Tree.LIBRARIES), "Install the NVIDIA");
    }

    @Test
    void driverTooOldByItsName() throws IOException {
        tree.delete(DRIVER).file(Tree.LIBRARIES + "/libcuda.so.570.133.20", "").link(DRIVER, "libcuda.so.570.133.20");
        assertReason("driver is too old for CUDA 13: expected 580 or later, got 570.133.20", "Install a newer one");
    }

    @Test
    void driverTooOldByItsModule() throws IOException {
        tree.delete(DRIVER)
                .file(DRIVER, "")
                .file(
                        "/proc/driver/nvidia/version",
                        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue\n");
        assertReason("expected 580 or later, got 550.54.15", "Install a newer one");
    }

    @Test
    void noPresets() throws IOException {
        tree.classes("/classes");
        String jar = "org.bytedeco:cuda:13.1-9.19-1.5.13";
        assertReason(
                jar + " and " + jar + ":linux-x86_64 not on the class path", "Add what is missing as a dependency");
        tree.file("/classes/org/bytedeco/cuda/global/cudart.class", "");
        assertReason("class path", jar + ":linux-x86_64 not on");
        assertFalse(reason().contains(" and "), reason());
        tree.file("/classes/org/bytedeco/cuda/linux-x86_64/libjnicudart.so", "");
        assertDoesNotThrow(tree::find);
    }

    /** The version that errors name is the one that this was built with. */
    @Test
    void presetsOfThisVersion() {
        String version = Surroundings.PRESETS.substring(Surroundings.PRESETS.lastIndexOf(':') + 1);
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        assertTrue(classPath.contains("/cuda-" + version + ".jar"), classPath);
    }

    @Test
    void noToolkit() throws IOException {
        for (String file : new String[] {"libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13"}) {
            tree.delete(CUDA + "/" + file);
        }
        tree.folder("/usr/lib64").folder("/usr/local/nvidia/lib64");
        assertReason(
                "libcudart.so.13 not found in " + tree.path(CUDA) + ", " + tree.path(Tree.LIBRARIES) + ", "
                        + tree.path("/usr/lib64") + " and 2 more",
                "pip install nvidia-cuda-runtime");
    }

    @Test
    void toolkitNotComplete() throws IOException {
        tree.delete(CUDA + "/libcublasLt.so.13").cuda("/srv").delete("/srv/libcudart.so.13");
        assertReason(
                "CUDA is not complete: libcublasLt.so.13 not found in " + tree.path(CUDA)
                        + ", which has libcudart.so.13, libcublas.so.13",
                "-Dschuss.cuda.libraries=FOLDER");
    }

    @Test
    void toolkitsAreNotMixed() throws IOException {
        tree.delete(CUDA + "/libcublasLt.so.13").file("/usr/lib64/libcublasLt.so.13", "");
        assertReason("libcublasLt.so.13 not found in " + tree.path(CUDA), "Install CUDA 13");
    }

    @Test
    void noCudnn() throws IOException {
        for (CudaLibrary library : CudaLibrary.CUDNN) {
            tree.delete(CUDA + "/" + library.file());
        }
        assertReason(
                "cuDNN is missing: libcudnn_graph.so.9 not found in " + tree.path(CUDA),
                "though libcublas.so.13 is in " + tree.path(CUDA) + ". Install cuDNN 9 for CUDA 13");
    }

    @Test
    void cudnnNotComplete() throws IOException {
        tree.delete(CUDA + "/libcudnn_cnn.so.9").delete(CUDA + "/libcudnn_adv.so.9");
        tree.file("/usr/lib64/libcudnn_cnn.so.9", "").file("/usr/lib64/libcudnn_adv.so.9", "");
        assertReason(
                "cuDNN is not complete: libcudnn_cnn.so.9, libcudnn_adv.so.9 not found in " + tree.path(CUDA),
                "pip install nvidia-cudnn-cu13");
    }

    @Test
    void twoCopiesInTheProcess() throws IOException {
        tree.mapped("/a/libcudnn_ops.so.9.1.0", CUDA + "/libcudnn_ops.so.9", CUDA + "/libcudnn_ops.so.9");
        assertReason(
                "two copies of libcudnn_ops.so.9 are in this process: " + tree.path("/a/libcudnn_ops.so.9.1.0")
                        + " and " + tree.path(CUDA + "/libcudnn_ops.so.9"),
                "LD_LIBRARY_PATH");
    }

    @Test
    void anotherCopyInTheProcess() throws IOException {
        tree.mapped("/a b/libcudart.so.13.0.96");
        assertReason(
                "libcudart.so.13 is already in this process, from " + tree.path("/a b/libcudart.so.13.0.96"),
                "Start Java with -Dschuss.cuda.libraries=" + tree.path("/a b"));
    }

    @Test
    void cuda12InTheProcessIsNoOther() throws Exception {
        tree.mapped("/a/libcudart.so.12.8.90", "/a/libnvrtc-builtins.so.12.8");
        assertEquals(
                tree.path(CUDA),
                tree.find().libraries().get(CudaLibrary.RUNTIME).getParent());
    }

    @Test
    void thePropertyNamesNoFolder() {
        tree.setting("/srv/none");
        assertReason(
                "schuss.cuda.libraries: expected folders, got " + tree.path("/srv/none"),
                "Name those that hold CUDA's libraries");
    }

    @Test
    void thePropertyNamesAFolderWithoutLibraries() throws IOException {
        tree.folder("/srv/a").setting("/srv/a");
        assertReason("libcudart.so.13 not found in " + tree.path("/srv/a") + ". ", "Install CUDA 13");
    }

    @Test
    void aTenthOfASecondWillDo() throws IOException {
        for (int i = 0; i < 100; i++) {
            tree.folder("/opt/" + i + "/envs/e/lib/python3.12/site-packages/nvidia/other/lib");
        }
        tree.delete(CUDA + "/libcublas.so.13").environment(Map.of("HOME", "/home/me"));
        assertThrows(CudaUnavailable.class, tree::find); // classes are loaded
        // of this thread: the machine may have other things to do
        long began = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        assertThrows(CudaUnavailable.class, tree::find);
        Duration taken = Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - began);
        assertTrue(taken.compareTo(Duration.ofMillis(300)) < 0, "far more than 0.1 s: " + taken);
    }

    private String reason() {
        return assertThrows(CudaUnavailable.class, tree::find).getMessage();
    }

    private void assertReason(String reason, String fix) {
        String line = reason();
        assertTrue(line.contains(reason) && line.contains(fix), line);
        assertTrue(line.contains(". ") && !line.endsWith("."), line);
        assertFalse(line.contains("\n"), line);
    }
}
