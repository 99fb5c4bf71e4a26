package schuss.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import schuss.DType;
import schuss.Spec;
import schuss.backend.Backend;
import schuss.backend.Memory;
import schuss.data.Dataset;

/** Examples on their way to a device: gathered where programs read them, or on the host and then copied there. */
final class Batch implements AutoCloseable {
    private final Spec inputSpec;
    private final Spec targetSpec;
    private final int capacity;
    private final DType inputType;
    private final DType targetType;
    private final ByteBuffer inputs; // the device's own memory where the host reaches it
    private final ByteBuffer targets;
    private final int inputBytes; // of one example
    private final int targetBytes;
    private final Memory input;
    private final Memory target;
    private final Memory weights;
    private final float[] weightValues;

    Batch(Backend backend, Dataset data, int capacity) {
        inputSpec = data.input();
        targetSpec = data.target();
        this.capacity = capacity;
        inputType = data.input().dtype();
        targetType = data.target().dtype();
        inputBytes = bytes(data.input());
        targetBytes = bytes(data.target());
        weightValues = new float[data.weighted() ? capacity : 0];
        Memory[] all = Control.allocateAll(
                backend,
                data.input().shape().size() * capacity * backend.bytes(inputType),
                data.target().shape().size() * capacity * backend.bytes(targetType),
                (long) weightValues.length * backend.bytes(DType.F32));
        input = all[0];
        target = all[1];
        weights = all[2];
        inputs = input.mapped() != null ? input.mapped() : direct(inputBytes, capacity);
        targets = target.mapped() != null ? target.mapped() : direct(targetBytes, capacity);
    }

    private static int bytes(Spec spec) {
        return Math.toIntExact(spec.shape().size() * spec.dtype().bytes());
    }

    private static ByteBuffer direct(int bytes, int capacity) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(bytes, capacity)).order(ByteOrder.nativeOrder());
    }

    /** Whether so many examples of this data have room here. */
    boolean fits(Dataset data, int count) {
        return count <= capacity
                && data.input().equals(inputSpec)
                && data.target().equals(targetSpec)
                && data.weighted() == weightValues.length > 0;
    }

    /** Gathers {@code count} examples, those at {@code order[from]} and on, and copies them to the device. */
    void load(Dataset data, int[] order, int from, int count) {
        inputs.clear();
        targets.clear();
        for (int row = 0; row < count; row++) {
            data.read(order[from + row], row, inputs, targets);
        }
        if (input.mapped() == null) {
            input.write(inputType, 0, inputs.limit(count * inputBytes));
            target.write(targetType, 0, targets.limit(count * targetBytes));
        }
        if (weightValues.length > 0) {
            for (int row = 0; row < count; row++) {
                weightValues[row] = data.weight(order[from + row]);
            }
            weights.write(0, weightValues, 0, count);
        }
    }

    Memory input() {
        return input;
    }

    Memory target() {
        return target;
    }

    /** What each example counts; nothing where they bring no weights. */
    Memory weights() {
        return weights;
    }

    @Override
    public void close() {
        weights.close();
        input.close();
        target.close();
    }
}
