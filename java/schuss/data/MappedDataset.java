package schuss.data;

import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.internal.Spares;

/** A view whose inputs are changed by a function every time they are read. */
final class MappedDataset extends ForwardingDataset {
    private final Spec input;
    private final int width;
    private final UnaryOperator<float[]> function;
    private final Spares<ExampleReader> readers;

    MappedDataset(Dataset all, Shape shape, UnaryOperator<float[]> function) {
        super(all);
        this.input = new Spec(all.input().name(), DType.F32, shape);
        this.width = Math.toIntExact(shape.size());
        this.function = function;
        this.readers = new Spares<>(() -> new ExampleReader(all));
    }

    @Override
    public Spec input() {
        return input;
    }

    @Override
    public void read(int index, int row, ByteBuffer inputs, ByteBuffer targets) {
        ExampleReader reader = readers.take();
        try {
            read(reader, index, row, inputs, targets);
        } finally {
            readers.give(reader);
        }
    }

    private void read(ExampleReader reader, int index, int row, ByteBuffer inputs, ByteBuffer targets) {
        reader.read(index);
        float[] values = function.apply(reader.inputs());
        if (values.length != width) {
            throw new DataException("map: example " + index + ": expected " + width + " numbers " + input.shape()
                    + " of the function, got " + values.length);
        }
        for (int i = 0; i < width; i++) {
            inputs.putFloat((row * width + i) * Float.BYTES, values[i]);
        }
        reader.copyTarget(row, targets);
    }
}
