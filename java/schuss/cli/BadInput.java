package schuss.cli;

/** Input or settings that cannot be used: the command ends with code 2 and this one line. */
final class BadInput extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadInput(String message) {
        super(message);
    }
}
