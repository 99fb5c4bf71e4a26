package schuss.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import schuss.DType;
import schuss.Spec;

/**
 * Reads single examples of a data set as arrays of numbers, for example to inspect or plot them. It keeps one example at
 * a time, so each thread needs its own reader.
 *
 * <pre>{@code
 * ExampleReader reader = new ExampleReader(data);
 * reader.read(7);
 * float[] pixels = reader.inputs();
 * int label = reader.label();
 * }</pre>
 */
public final class ExampleReader {
    private static final float WHITE = 255;

    private final Dataset data;
    private final ByteBuffer input;
    private final ByteBuffer target;

    /**
     * Creates a reader.
     *
     * @param data a data set with one input and one target
     * @throws IllegalStateException if it has several inputs or targets
     */
    public ExampleReader(Dataset data) {
        this.data = data;
        input = row(data.input());
        target = row(data.target());
    }

    private static ByteBuffer row(Spec spec) {
        int bytes = Math.toIntExact(spec.shape().size() * spec.dtype().bytes());
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    /**
     * Reads an example, which the other methods then return.
     *
     * @param index the example, 0 to {@code size() - 1} of the data set
     */
    public void read(int index) {
        data.read(index, 0, input, target);
    }

    /**
     * Reads every example in order and runs an action after each.
     *
     * @param action uses the current example of this reader
     */
    public void forEach(Runnable action) {
        for (int i = 0; i < data.size(); i++) {
            read(i);
            action.run();
        }
    }

    /** {@return a new array with the input as the network sees it: bytes are divided by 255} */
    public float[] inputs() {
        return numbers(data.input(), input);
    }

    /** {@return a new array with the target; a class label is a single number} */
    public float[] targets() {
        return numbers(data.target(), target);
    }

    /** {@return the class, if targets are labels} */
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
