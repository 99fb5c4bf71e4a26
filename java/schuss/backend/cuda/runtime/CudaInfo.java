package schuss.backend.cuda.runtime;

import java.nio.file.Path;
import java.util.List;

/**
 * The first GPU and the libraries in use.
 *
 * @param gpu the GPU's name
 * @param driver the driver's version
 * @param cuda the version of the CUDA runtime
 * @param cublasLt the version of cuBLASLt
 * @param cudnn the version of cuDNN
 * @param files where the libraries lie
 */
public record CudaInfo(String gpu, String driver, String cuda, String cublasLt, String cudnn, List<Path> files) {
    /** In one line. */
    @Override
    public String toString() {
        return gpu + ", driver " + driver + ", CUDA " + cuda + ", cuDNN " + cudnn;
    }
}
