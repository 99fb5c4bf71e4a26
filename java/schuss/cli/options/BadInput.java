package schuss.cli.options;

/** Input or settings that cannot be used: the command ends with code 2 and this one line. */
public final class BadInput extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BadInput(String message) {
        super(message);
    }
}
