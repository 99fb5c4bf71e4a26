package schuss.layers;

import schuss.ops.MaxPool;
import schuss.ops.Value;

/**
 * Max pooling of sequences: the largest value of each window of time steps, separately for each feature. It maps (batch,
 * time, features) to (batch, outTime, features), where {@code outTime = floor((time + padding - size) / stride) + 1}, or
 * {@code ceil(time / stride)} with {@link Padding#same()}. Padded steps are never the largest.
 *
 * <pre>{@code
 * new MaxPool1d(2)     // halves the length
 * }</pre>
 *
 * @param size the length of a window in time steps, at least 1
 * @param stride the distance between the starts of neighbouring windows, at least 1; equal to {@code size} by default
 * @param padding its left and right are the padding before and after the sequence, smaller than the window; none by
 *     default
 */
public record MaxPool1d(int size, int stride, Padding padding) implements Layer {
    /**
     * Creates the layer from all its settings; {@link #MaxPool1d(int)} is the usual way.
     *
     * @param size the length of a window in time steps, at least 1
     * @param stride the distance between the starts of neighbouring windows, at least 1
     * @param padding its left and right are the padding before and after the sequence, smaller than the window
     * @throws IllegalArgumentException if the size or the stride is below 1, or the padding is not smaller than the
     *     window
     */
    public MaxPool1d {
        Pooling.of("MaxPool1d", 1, size, 1, stride, Pooling.alongTime(padding));
    }

    /**
     * Creates windows that do not overlap, without padding.
     *
     * @param size the length of a window and the stride, at least 1
     */
    public MaxPool1d(int size) {
        this(size, size, Padding.valid());
    }

    /**
     * {@return a copy of this layer with another stride}
     *
     * @param stride the distance between the starts of neighbouring windows, at least 1
     */
    public MaxPool1d withStride(int stride) {
        return new MaxPool1d(size, stride, padding);
    }

    /**
     * {@return a copy of this layer with another padding}
     *
     * @param padding its left and right are the padding before and after the sequence; top and bottom are ignored
     */
    public MaxPool1d withPadding(Padding padding) {
        return new MaxPool1d(size, stride, padding);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        return new Pooling(1, size, 1, stride, Pooling.alongTime(padding)).sequences(x, MaxPool::new);
    }
}
