package schuss.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import schuss.DType;
import schuss.Spec;
import schuss.backend.Backend;
import schuss.backend.Memory;
import schuss.data.Augmenter;
import schuss.data.Dataset;

/** Examples on their way to a device: gathered where programs read them, or on the host and then copied there. */
final class Batch implements AutoCloseable {
    private final Spec inputSpec;
    private final Spec targetSpec;
    private final int capacity;
    private final DType inputType;
    private final DType targetType;
    private final boolean weighted;
    private final HostBatch host; // over the device's own memory where the host reaches it
    private final Memory input;
    private final Memory target;
    private final Memory weights;

    Batch(Backend backend, Dataset data, int capacity) {
        inputSpec = data.input();
        targetSpec = data.target();
        this.capacity = capacity;
        inputType = data.input().dtype();
        targetType = data.target().dtype();
        weighted = data.weighted();
        Memory[] all = Control.allocateAll(
                backend,
                data.input().shape().size() * capacity * backend.bytes(inputType),
                data.target().shape().size() * capacity * backend.bytes(targetType),
                (weighted ? (long) capacity : 0) * backend.bytes(DType.F32));
        input = all[0];
        target = all[1];
        weights = all[2];
        ByteBuffer inputs = input.mapped() != null ? input.mapped() : direct(inputSpec, capacity);
        ByteBuffer targets = target.mapped() != null ? target.mapped() : direct(targetSpec, capacity);
        host = new HostBatch(data, capacity, inputs, targets);
    }

    private static ByteBuffer direct(Spec spec, int capacity) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(HostBatch.bytes(spec), capacity))
                .order(ByteOrder.nativeOrder());
    }

    /** Whether so many examples of this data have room here. */
    boolean fits(Dataset data, int count) {
        return count <= capacity
                && data.input().equals(inputSpec)
                && data.target().equals(targetSpec)
                && data.weighted() == weighted;
    }

    /** Gathers {@code count} examples, those at {@code order[from]} and on, and copies them to the device. */
    void load(Dataset data, int[] order, int from, int count) {
        load(data, order, from, count, null);
    }

    /** The same with inputs that are changed on the way; null leaves them. */
    void load(Dataset data, int[] order, int from, int count, Augmenter augmenter) {
        host.read(data, order, from, count, augmenter);
        upload(count);
    }

    /** Copies what has been gathered elsewhere to the device. */
    void load(HostBatch ready, int count) {
        host.copy(ready, count);
        upload(count);
    }

    private void upload(int count) {
        if (input.mapped() == null) {
            input.write(inputType, 0, host.inputs(count));
            target.write(targetType, 0, host.targets(count));
        }
        if (weighted) {
            weights.write(0, host.weights(), 0, count);
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
