package schuss.data;

/**
 * Data that is not what it should be: a damaged file, a label out of range, rows that do not match. The message says
 * what, where, what was expected and what was found.
 */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DataException(String message) {
        super(message);
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
