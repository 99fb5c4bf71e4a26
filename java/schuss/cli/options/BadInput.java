package schuss.cli.options;

/** Thrown for unusable input or settings. The command prints this one line and ends with exit code 2. */
public final class BadInput extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BadInput(String message) {
        super(message);
    }
}
