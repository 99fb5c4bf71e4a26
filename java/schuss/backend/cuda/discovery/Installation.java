package schuss.backend.cuda.discovery;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The libraries that were found.
 *
 * @param libraries in the order of loading
 * @param driver the driver's version, like 580.65.06, where a file tells it
 */
public record Installation(Map<CudaLibrary, Path> libraries, Optional<String> driver) {
    public boolean hasCompiler() {
        return libraries.containsKey(CudaLibrary.NVRTC);
    }
}
