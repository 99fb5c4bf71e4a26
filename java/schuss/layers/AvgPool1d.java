package schuss.layers;

import schuss.ops.AveragePool;
import schuss.ops.Value;

/**
 * Average pooling of sequences: the mean of each window of time steps, separately for each feature. It maps (batch, time,
 * features) to (batch, outTime, features), where {@code outTime = floor((time + padding - size) / stride) + 1}, or {@code
 * ceil(time / stride)} with {@link Padding#same()}. By default padding does not count: at the ends it is the mean of the
 * steps that exist.
 *
 * <pre>{@code
 * new AvgPool1d(2)     // halves the length
 * }</pre>
 *
 * @param size the length of a window in time steps, at least 1
 * @param stride the distance between the starts of neighbouring windows, at least 1; equal to {@code size} by default
 * @param padding its left and right are the padding before and after the sequence, smaller than the window; none by
 *     default
 * @param countPadding whether padded steps count as zeros in the mean; false by default
 */
public record AvgPool1d(int size, int stride, Padding padding, boolean countPadding) implements Layer {
    /**
     * Creates the layer from all its settings; {@link #AvgPool1d(int)} is the usual way.
     *
     * @param size the length of a window in time steps, at least 1
     * @param stride the distance between the starts of neighbouring windows, at least 1
     * @param padding its left and right are the padding before and after the sequence, smaller than the window
     * @param countPadding whether padded steps count as zeros in the mean
     * @throws IllegalArgumentException if the size or the stride is below 1, or the padding is not smaller than the
     *     window
     */
    public AvgPool1d {
        Pooling.of("AvgPool1d", 1, size, 1, stride, Pooling.alongTime(padding));
    }

    /**
     * Creates windows that do not overlap, without padding.
     *
     * @param size the length of a window and the stride, at least 1
     */
    public AvgPool1d(int size) {
        this(size, size, Padding.valid(), false);
    }

    /**
     * {@return a copy of this layer with another stride}
     *
     * @param stride the distance between the starts of neighbouring windows, at least 1
     */
    public AvgPool1d withStride(int stride) {
        return new AvgPool1d(size, stride, padding, countPadding);
    }

    /**
     * {@return a copy of this layer with another padding}
     *
     * @param padding its left and right are the padding before and after the sequence; top and bottom are ignored
     */
    public AvgPool1d withPadding(Padding padding) {
        return new AvgPool1d(size, stride, padding, countPadding);
    }

    /**
     * {@return a copy of this layer that counts padded steps as zeros, so that every sum is divided by the size of the
     * window}
     */
    public AvgPool1d withPaddingCounted() {
        return new AvgPool1d(size, stride, padding, true);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        return new Pooling(1, size, 1, stride, Pooling.alongTime(padding))
                .sequences(x, window -> new AveragePool(window, countPadding));
    }
}
