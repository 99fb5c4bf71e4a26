package schuss.backend.cuda.runtime;

import static org.bytedeco.cuda.global.cudart.CUDA_SUCCESS;
import static org.bytedeco.cuda.global.cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static org.bytedeco.cuda.global.cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cudnn;
import schuss.backend.cuda.discovery.CudaUnavailable;
import schuss.backend.cuda.discovery.Installation;

/** Asks the loaded libraries for their versions, and the driver for a GPU that they can use. */
final class GpuQuery {
    private static final int OLDEST_DRIVER_API = 13_000;
    private static final int OLDEST_CAPABILITY = 75;
    private static final int NAME_BYTES = 256;

    private GpuQuery() {}

    /** Fails unless there is a driver for CUDA 13 and a first GPU that CUDA 13 knows. */
    static void expectUsable() throws CudaUnavailable {
        int api = driverApi();
        if (api < OLDEST_DRIVER_API) {
            throw new CudaUnavailable(
                    "the NVIDIA driver is too old: expected one for CUDA " + cudaVersion(OLDEST_DRIVER_API)
                            + ", got one for CUDA " + cudaVersion(api),
                    "Install a newer one");
        }
        check(cudart.cuInit(0), "cuInit");
        if (count() < 1) {
            throw noGpu("it counts none");
        }
        int device = first();
        int major = attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device);
        int minor = attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device);
        if (10 * major + minor < OLDEST_CAPABILITY) {
            throw new CudaUnavailable(
                    "the first GPU, " + name(device)
                            + ", is too old for CUDA 13: expected compute capability 7.5 or later, got " + major + "."
                            + minor,
                    "Choose another with CUDA_VISIBLE_DEVICES, or use the CPU");
        }
    }

    /** Of a GPU that can be used. */
    static CudaInfo info(Installation installation) throws CudaUnavailable {
        int[] runtime = new int[1];
        check(cudart.cudaRuntimeGetVersion(runtime), "cudaRuntimeGetVersion");
        return new CudaInfo(
                name(first()),
                installation.driver().orElse("for CUDA " + cudaVersion(driverApi())),
                cudaVersion(runtime[0]),
                version(cublas.cublasLtGetVersion()),
                version(cudnn.cudnnGetVersion()),
                installation.libraries().values().stream().map(GpuQuery::real).toList());
    }

    private static int driverApi() throws CudaUnavailable {
        int[] api = new int[1];
        check(cudart.cuDriverGetVersion(api), "cuDriverGetVersion");
        return api[0];
    }

    private static int count() throws CudaUnavailable {
        int[] count = new int[1];
        check(cudart.cuDeviceGetCount(count), "cuDeviceGetCount");
        return count[0];
    }

    private static int first() throws CudaUnavailable {
        int[] device = new int[1];
        check(cudart.cuDeviceGet(device, 0), "cuDeviceGet");
        return device[0];
    }

    private static String name(int device) throws CudaUnavailable {
        byte[] text = new byte[NAME_BYTES];
        check(cudart.cuDeviceGetName(text, text.length, device), "cuDeviceGetName");
        return new String(text, StandardCharsets.UTF_8).split("\0", 2)[0];
    }

    private static int attribute(int which, int device) throws CudaUnavailable {
        int[] value = new int[1];
        check(cudart.cuDeviceGetAttribute(value, which, device), "cuDeviceGetAttribute");
        return value[0];
    }

    private static void check(int status, String call) throws CudaUnavailable {
        if (status == cudart.CUDA_ERROR_NO_DEVICE) {
            throw noGpu(call + ": " + Status.name(status));
        }
        if (status != CUDA_SUCCESS) {
            throw new CudaUnavailable(
                    "the NVIDIA driver fails at " + call + ": " + Status.name(status),
                    "See what nvidia-smi says; a driver that was just updated wants a restart");
        }
    }

    private static CudaUnavailable noGpu(String how) {
        return new CudaUnavailable(
                "the NVIDIA driver finds no GPU (" + how + ")",
                "See what nvidia-smi says, and whether CUDA_VISIBLE_DEVICES hides it");
    }

    /** Like 13.0, of 13000. */
    private static String cudaVersion(int number) {
        return number / 1000 + "." + number % 1000 / 10;
    }

    /** Like 13.1.0, of 130100, or 9.19.0, of 91900. */
    private static String version(long number) {
        return number / 10_000 + "." + number / 100 % 100 + "." + number % 100;
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file;
        }
    }
}
