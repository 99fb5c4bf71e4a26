package schuss.backend.cuda.discovery;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The shared libraries that CUDA is made of, in the order of loading: each needs only those before it. */
public enum CudaLibrary {
    /** The presets leave it to the system's loader, which takes the one that is there. */
    DRIVER("libcuda.so.1"),
    RUNTIME("libcudart.so.13", "cudart@.13"),
    CUBLAS_LT("libcublasLt.so.13", "cublasLt@.13"),
    CUBLAS("libcublas.so.13", "cublas@.13"),
    /** Its last number is the toolkit's, so that the name here is the beginning only. */
    NVRTC_BUILTINS("libnvrtc-builtins.so.13", "nvrtc-builtins@.13.1"),
    NVRTC("libnvrtc.so.13", "nvrtc@.13"),
    /** It finds cuDNN's engines itself, beside it; under their names the presets would look elsewhere. */
    CUDNN_GRAPH(
            "libcudnn_graph.so.9",
            "cudnn_graph@.9",
            "cudnn@.9",
            "cudnn_engines_precompiled@.9",
            "cudnn_engines_runtime_compiled@.9",
            "cudnn_heuristic@.9"),
    CUDNN_OPS("libcudnn_ops.so.9", "cudnn_ops@.9"),
    CUDNN_CNN("libcudnn_cnn.so.9", "cudnn_cnn@.9"),
    CUDNN_ADV("libcudnn_adv.so.9", "cudnn_adv@.9");

    /** What a place must have to be a CUDA toolkit. */
    static final List<CudaLibrary> TOOLKIT = List.of(RUNTIME, CUBLAS_LT, CUBLAS);
    /** What compiles kernels at run time: taken from the same place where it is there. */
    static final List<CudaLibrary> COMPILER = List.of(NVRTC_BUILTINS, NVRTC);

    static final List<CudaLibrary> CUDNN = List.of(CUDNN_GRAPH, CUDNN_OPS, CUDNN_CNN, CUDNN_ADV);

    private final String file;
    private final Set<String> presetNames;

    CudaLibrary(String file, String... presetNames) {
        this.file = file;
        this.presetNames = Set.of(presetNames);
    }

    /** The name that other libraries ask for. */
    public String file() {
        return file;
    }

    /** What the presets ask for it under; none where they do not. */
    public Set<String> presetNames() {
        return presetNames;
    }

    /** Whether a file with this name is this library: the name itself, or with more numbers behind. */
    public boolean isNamed(String name) {
        return this == DRIVER
                ? name.startsWith("libcuda.so.") // libcuda.so.580.65.06
                : name.equals(file) || name.startsWith(file + ".");
    }

    public static Stream<CudaLibrary> all() {
        return Stream.of(values());
    }
}
