package schuss.backend.cuda;

/** Why CUDA cannot be used here, and what to do about it, in one line. */
final class CudaUnavailable extends Exception {
    private static final long serialVersionUID = 1;

    CudaUnavailable(String line) {
        super(line);
    }

    /**
     * @param reason without a full stop
     * @param fix a sentence of its own, without a full stop
     */
    CudaUnavailable(String reason, String fix) {
        super(reason + ". " + fix);
    }

    CudaUnavailable(String reason, String fix, Throwable cause) {
        super(reason + ". " + fix, cause);
    }
}
