package schuss.layers;

import schuss.ops.AveragePool;
import schuss.ops.Value;

/**
 * The mean of each window, feature by feature: (batch, time, features) to (batch, outTime, features), an {@link AvgPool2d} of
 * height 1.
 *
 * @param stride how far apart windows stand; the size of a window unless set
 * @param padding of which left and right count, the time before and after; none unless set
 * @param countPadding whether padding counts as zeros
 */
public record AvgPool1d(int size, int stride, Padding padding, boolean countPadding) implements Layer {
    public AvgPool1d {
        Pooling.of("AvgPool1d", 1, size, 1, stride, Pooling.alongTime(padding));
    }

    public AvgPool1d(int size) {
        this(size, size, Padding.valid(), false);
    }

    public AvgPool1d withStride(int stride) {
        return new AvgPool1d(size, stride, padding, countPadding);
    }

    public AvgPool1d withPadding(Padding padding) {
        return new AvgPool1d(size, stride, padding, countPadding);
    }

    /** Divides every sum by the size of the window, as if padding were zeros of the sequence. */
    public AvgPool1d withPaddingCounted() {
        return new AvgPool1d(size, stride, padding, true);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        return new Pooling(1, size, 1, stride, Pooling.alongTime(padding))
                .sequences(x, window -> new AveragePool(window, countPadding));
    }
}
