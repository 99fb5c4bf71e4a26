package schuss.backend.cuda.discovery;

/** Why CUDA cannot be used here, and what to do about it, in one line. */
public final class CudaUnavailable extends Exception {
    private static final long serialVersionUID = 1;

    public CudaUnavailable(String line) {
        super(line);
    }

    /**
     * @param reason without a full stop
     * @param fix a sentence of its own, without a full stop
     */
    public CudaUnavailable(String reason, String fix) {
        super(reason + ". " + fix);
    }

    public CudaUnavailable(String reason, String fix, Throwable cause) {
        super(reason + ". " + fix, cause);
    }
}
