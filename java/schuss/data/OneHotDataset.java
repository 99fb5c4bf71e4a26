package schuss.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.internal.Spares;

/** A view whose class labels are one-hot rows. */
final class OneHotDataset extends ForwardingDataset {
    private final Spec target;
    private final int width;
    private final Spares<ByteBuffer> labels = new Spares<>(() -> labels(1)); // one a row of a batch

    OneHotDataset(Dataset all) {
        super(all);
        if (all.classes() == 0) {
            throw new IllegalArgumentException("oneHot: expected class labels as targets, got " + all.target());
        }
        width = all.classes();
        target = new Spec("target", DType.F32, Shape.of(width));
    }

    @Override
    public Spec target() {
        return target;
    }

    @Override
    public int classes() {
        return 0;
    }

    @Override
    public void read(int index, int row, ByteBuffer inputs, ByteBuffer targets) {
        ByteBuffer own = labels.take();
        if (own.capacity() < (row + 1) * Integer.BYTES) {
            own = labels(2 * (row + 1));
        }
        super.read(index, row, inputs, own);
        int label = own.getInt(row * Integer.BYTES);
        labels.give(own);
        if (label < 0 || label >= width) {
            throw new DataException("label " + label + " of example " + index + ": expected 0 to " + (width - 1));
        }
        for (int i = 0; i < width; i++) {
            targets.putFloat((row * width + i) * Float.BYTES, i == label ? 1 : 0);
        }
    }

    private static ByteBuffer labels(int rows) {
        return ByteBuffer.allocate(rows * Integer.BYTES).order(ByteOrder.nativeOrder());
    }
}
