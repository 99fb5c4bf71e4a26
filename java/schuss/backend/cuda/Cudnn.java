package schuss.backend.cuda;

import java.nio.charset.StandardCharsets;
import org.bytedeco.cuda.global.cudnn;

/** What the calls of cuDNN answer. */
final class Cudnn {
    private static final int NOT_SUPPORTED = 3; // the thousands of a status
    private static final int MESSAGE_BYTES = 1024;

    private Cudnn() {}

    /** cuDNN has no engine for what was asked, or the engine cannot do it at this size. */
    static final class NotSupportedException extends CudaException {
        private static final long serialVersionUID = 1;

        NotSupportedException(String message) {
            super(message);
        }
    }

    /** Throws what went wrong, in cuDNN's words. */
    static void check(int status, String call) {
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
        throw status / 1000 == NOT_SUPPORTED ? new NotSupportedException(message) : new CudaException(message);
    }
}
