package schuss.train;

/**
 * Training met a number that is not finite. The message names the epoch, the step and the first place where it appeared;
 * the model's weights are those before that step.
 */
public final class NotFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotFiniteException(String message) {
        super(message);
    }
}
