package schuss.train.loop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import schuss.Spec;
import schuss.data.DataException;
import schuss.data.Dataset;
import schuss.data.augment.Augmenter;

/** A batch's examples where the host reaches them, in the machine's byte order: a buffer for each field. */
public final class HostBatch {
    private final ByteBuffer[] inputs;
    private final ByteBuffer[] targets;
    private final int[] inputBytes; // of one example
    private final int[] targetBytes;
    private final float[] weights; // of length 0 where examples bring none

    /** Over buffers with room for so many examples, in the order of the data's fields. */
    HostBatch(Dataset data, int capacity, ByteBuffer[] inputs, ByteBuffer[] targets) {
        this.inputs = inputs;
        this.targets = targets;
        inputBytes = data.inputs().stream().mapToInt(HostBatch::bytes).toArray();
        targetBytes = data.targets().stream().mapToInt(HostBatch::bytes).toArray();
        weights = new float[data.weighted() ? capacity : 0];
    }

    /** In memory of its own, which goes with it. */
    public static HostBatch of(Dataset data, int capacity) {
        return new HostBatch(data, capacity, heap(data.inputs(), capacity), heap(data.targets(), capacity));
    }

    private static ByteBuffer[] heap(List<Spec> fields, int capacity) {
        return fields.stream()
                .map(spec -> ByteBuffer.allocate(Math.multiplyExact(bytes(spec), capacity))
                        .order(ByteOrder.nativeOrder()))
                .toArray(ByteBuffer[]::new);
    }

    /** Bytes of one example. */
    static int bytes(Spec spec) {
        return Math.toIntExact(spec.shape().size() * spec.dtype().bytes());
    }

    /**
     * Gathers {@code count} examples, those at {@code order[from]} and on.
     *
     * @param augmenter changes the inputs; null leaves them
     * @throws DataException if one cannot be read; it is named
     */
    public void read(Dataset data, int[] order, int from, int count, Augmenter augmenter) {
        clear(inputs);
        clear(targets);
        for (int row = 0; row < count; row++) {
            int example = order[from + row];
            try {
                data.read(example, row, inputs, targets);
                if (augmenter != null) {
                    augmenter.change(example, row, inputs[0]);
                }
                if (weights.length > 0) {
                    weights[row] = data.weight(example);
                }
            } catch (RuntimeException e) {
                throw new DataException("data: example " + example + ": " + e.getMessage(), e);
            }
        }
    }

    private static void clear(ByteBuffer... buffers) {
        for (ByteBuffer buffer : buffers) {
            buffer.clear();
        }
    }

    /** Takes over another's first {@code count} examples. */
    void copy(HostBatch other, int count) {
        copy(other.inputs, inputs, inputBytes, count);
        copy(other.targets, targets, targetBytes, count);
        System.arraycopy(other.weights, 0, weights, 0, Math.min(count, weights.length));
    }

    private static void copy(ByteBuffer[] from, ByteBuffer[] to, int[] bytes, int count) {
        for (int i = 0; i < from.length; i++) {
            to[i].clear().put(0, from[i], 0, count * bytes[i]);
        }
    }

    public ByteBuffer inputs(int field, int count) {
        return inputs[field].clear().limit(count * inputBytes[field]);
    }

    public ByteBuffer targets(int field, int count) {
        return targets[field].clear().limit(count * targetBytes[field]);
    }

    public float[] weights() {
        return weights;
    }
}
