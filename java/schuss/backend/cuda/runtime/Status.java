package schuss.backend.cuda.runtime;

import static org.bytedeco.cuda.global.cudart.CUDA_ERROR_ILLEGAL_ADDRESS;
import static org.bytedeco.cuda.global.cudart.CUDA_ERROR_LAUNCH_FAILED;
import static org.bytedeco.cuda.global.cudart.CUDA_SUCCESS;
import static org.bytedeco.cuda.global.cudart.cuGetErrorName;
import static org.bytedeco.cuda.global.cudart.cuGetErrorString;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/** Checks the status codes that the driver's functions return. */
public final class Status {
    private Status() {}

    /**
     * Fails unless a call succeeded.
     *
     * @param call what was called, as the error is to name it
     */
    public static void check(int status, String call) {
        if (status != CUDA_SUCCESS) {
            throw new CudaException(describe(status, call));
        }
    }

    static String describe(int status, String call) {
        String text = call + ": expected success, got " + name(status) + " (" + status + "), " + meaning(status);
        return status == CUDA_ERROR_ILLEGAL_ADDRESS || status == CUDA_ERROR_LAUNCH_FAILED
                ? text
                        + "; the GPU can't be used any more by this process: restart it, with CudaOptions.withDebug(true),"
                        + " or --debug-device on the command line, to find the step"
                : text;
    }

    /** Like CUDA_ERROR_NO_DEVICE. */
    static String name(int status) {
        try (PointerPointer<BytePointer> text = new PointerPointer<>(1)) {
            return cuGetErrorName(status, text) == CUDA_SUCCESS
                    ? text.get(BytePointer.class).getString()
                    : "error";
        }
    }

    private static String meaning(int status) {
        try (PointerPointer<BytePointer> text = new PointerPointer<>(1)) {
            return cuGetErrorString(status, text) == CUDA_SUCCESS
                    ? text.get(BytePointer.class).getString()
                    : "of which the driver says nothing";
        }
    }
}
