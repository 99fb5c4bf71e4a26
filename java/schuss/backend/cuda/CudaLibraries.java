package schuss.backend.cuda;

import java.nio.file.Path;
import java.util.List;

/** CUDA's libraries. */
public final class CudaLibraries {
    private static final List<String> NAMES = List.of(
            "libcuda.so.1",
            "libcudart.so.13",
            "libcublasLt.so.13",
            "libcublas.so.13",
            "libnvrtc.so.13",
            "libcudnn_graph.so.9",
            "libcudnn_ops.so.9",
            "libcudnn_cnn.so.9",
            "libcudnn_adv.so.9");

    private CudaLibraries() {}

    /** Loads them. */
    public static void load() {
        for (String name : NAMES) {
            System.load(
                    Path.of(System.getProperty("schuss.cuda.libraries"), name).toString());
        }
    }
}
