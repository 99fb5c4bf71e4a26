package schuss.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import schuss.DType;
import schuss.Spec;

/**
 * Reads examples one at a time, as numbers: for what looks at data on the host. Each thread needs its own.
 *
 * <pre>{@code
 * ExampleReader reader = new ExampleReader(data);
 * reader.read(7);
 * float[] pixels = reader.inputs();
 * }</pre>
 */
public final class ExampleReader {
    private static final float WHITE = 255;

    private final Dataset data;
    private final ByteBuffer input;
    private final ByteBuffer target;

    public ExampleReader(Dataset data) {
        this.data = data;
        input = row(data.input());
        target = row(data.target());
    }

    private static ByteBuffer row(Spec spec) {
        int bytes = Math.toIntExact(spec.shape().size() * spec.dtype().bytes());
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    /** Goes to an example, 0 to {@code size() - 1} of the data set. */
    public void read(int index) {
        data.read(index, 0, input, target);
    }

    /** Goes to each example in turn and does something with it. */
    public void forEach(Runnable action) {
        for (int i = 0; i < data.size(); i++) {
            read(i);
            action.run();
        }
    }

    /** The input as a network sees it: bytes divided by 255. */
    public float[] inputs() {
        return numbers(data.input(), input);
    }

    /** The target's numbers; a class label is one. */
    public float[] targets() {
        return numbers(data.target(), target);
    }

    /** The class, where targets are labels. */
    public int label() {
        return target.getInt(0);
    }

    void copyInput(int row, ByteBuffer inputs) {
        inputs.put(row * input.capacity(), input, 0, input.capacity());
    }

    void copyTarget(int row, ByteBuffer targets) {
        targets.put(row * target.capacity(), target, 0, target.capacity());
    }

    private static float[] numbers(Spec spec, ByteBuffer bytes) {
        float[] values = new float[Math.toIntExact(spec.shape().size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = spec.dtype() == DType.U8
                    ? Byte.toUnsignedInt(bytes.get(i)) / WHITE
                    : spec.dtype() == DType.I32 ? bytes.getInt(i * Integer.BYTES) : bytes.getFloat(i * Float.BYTES);
        }
        return values;
    }
}
