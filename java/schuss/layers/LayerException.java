package schuss.layers;

/** A layer that cannot be applied to what it was given; the message names the layer, what it expected and what it got. */
public final class LayerException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public LayerException(String message, Throwable cause) {
        super(message, cause);
    }
}
