package schuss.backend.cuda.convolution;

import java.nio.charset.StandardCharsets;
import org.bytedeco.cuda.global.cudnn;
import schuss.backend.cuda.runtime.CudaException;

/** Checks the status codes that cuDNN's functions return. */
public final class Cudnn {
    private static final int MESSAGE_BYTES = 1024;

    private Cudnn() {}

    /** Throws what went wrong, in cuDNN's words. */
    public static void check(int status, String call) {
        if (status == cudnn.CUDNN_STATUS_SUCCESS) {
            return;
        }
        byte[] last = new byte[MESSAGE_BYTES];
        cudnn.cudnnGetLastErrorString(last, last.length);
        int end = 0;
        while (end < last.length && last[end] != 0) {
            end++;
        }
        String message = call + ": expected cuDNN to succeed, got " + status + " "
                + cudnn.cudnnGetErrorString(status).getString() + ", "
                + new String(last, 0, end, StandardCharsets.UTF_8).strip();
        throw new CudaException(message);
    }
}
