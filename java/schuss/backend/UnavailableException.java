package schuss.backend;

/**
 * Thrown when a device cannot be opened on this machine as it is set up. The message says why, and what to do about it.
 */
public final class UnavailableException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /**
     * An exception with a message.
     *
     * @param message why the device is not available, and what to do about it
     * @param cause the failure behind it
     */
    public UnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
