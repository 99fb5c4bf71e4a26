package schuss.zoo;

import schuss.layers.Layer;
import schuss.layers.Scope;
import schuss.ops.Value;

/**
 * The first layers of a network, chosen by the size of its images: layers that shrink photographs to a quarter would
 * leave nothing of small images.
 *
 * @param small for images of less than 64 pixels in height or width
 * @param large for all others
 */
record Stem(Layer small, Layer large) implements Layer {
    private static final int LARGE = 64;

    @Override
    public Value forward(Scope scope, Value x) {
        if (x.shape().rank() != 4) {
            throw new IllegalArgumentException("expected images (batch, height, width, channels), got " + x.shape());
        }
        boolean isLarge = Math.min(x.shape().dim(1), x.shape().dim(2)) >= LARGE;
        return (isLarge ? large : small).forward(scope, x);
    }
}
