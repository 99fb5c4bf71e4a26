package schuss.train;

import java.util.List;

/**
 * Training met a number that is not finite. The message names the epoch, the step and the first place where it appeared;
 * the model's weights are those before that step.
 */
public final class NotFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private transient History history = new History(List.of());

    public NotFiniteException(String message) {
        super(message);
    }

    /** The same, with what training had come to. */
    public NotFiniteException withHistory(History made) {
        history = made;
        return this;
    }

    /** The epochs before the one that failed, and the losses up to the step that did. */
    public History history() {
        return history;
    }
}
