package schuss.backend.cuda.runtime;

/** A call of CUDA or one of its libraries failed; says which, how, and what that means. */
public class CudaException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CudaException(String message) {
        super(message);
    }
}
