package schuss.backend;

/** A device that this machine cannot open as it is set up; says why, and what to do about it. */
public final class UnavailableException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    public UnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
