package schuss.data;

/**
 * Thrown when data cannot be used: a file is damaged or missing, a label is out of range, or the numbers of rows differ.
 * The message says what is wrong, where, what was expected and what was found.
 */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Creates the exception.
     *
     * @param message what is wrong, where, what was expected and what was found
     */
    public DataException(String message) {
        super(message);
    }

    /**
     * Creates the exception with the error that caused it.
     *
     * @param message what is wrong, where, what was expected and what was found
     * @param cause the original error
     */
    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
