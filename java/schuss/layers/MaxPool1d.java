package schuss.layers;

import schuss.ops.MaxPool;
import schuss.ops.Value;

/**
 * The largest element of each window, feature by feature: (batch, time, features) to (batch, outTime, features), a {@link
 * MaxPool2d} of height 1.
 *
 * @param stride how far apart windows stand; the size of a window unless set
 * @param padding of which left and right count, the time before and after; none unless set
 */
public record MaxPool1d(int size, int stride, Padding padding) implements Layer {
    public MaxPool1d {
        Pooling.of("MaxPool1d", 1, size, 1, stride, Pooling.alongTime(padding));
    }

    public MaxPool1d(int size) {
        this(size, size, Padding.valid());
    }

    public MaxPool1d withStride(int stride) {
        return new MaxPool1d(size, stride, padding);
    }

    public MaxPool1d withPadding(Padding padding) {
        return new MaxPool1d(size, stride, padding);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        return new Pooling(1, size, 1, stride, Pooling.alongTime(padding)).sequences(x, MaxPool::new);
    }
}
