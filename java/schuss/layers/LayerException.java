package schuss.layers;

/**
 * Thrown when a layer cannot be applied to its input. The message names the layer with its path, what was expected and
 * what it got, such as {@code Dense "encoder/0.dense": expected input (batch, in), got (32)}.
 */
public final class LayerException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /**
     * Creates the exception.
     *
     * @param message names the layer, what was expected and what it got
     * @param cause the original error, or null
     */
    public LayerException(String message, Throwable cause) {
        super(message, cause);
    }
}
