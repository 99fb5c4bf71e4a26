package schuss.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import schuss.Spec;
import schuss.data.Augmenter;
import schuss.data.DataException;
import schuss.data.Dataset;

/** A batch's examples where the host reaches them, in the machine's byte order. */
final class HostBatch {
    private final ByteBuffer inputs;
    private final ByteBuffer targets;
    private final float[] weights; // of length 0 where examples bring none
    private final int inputBytes; // of one example
    private final int targetBytes;

    /** Over buffers with room for so many examples. */
    HostBatch(Dataset data, int capacity, ByteBuffer inputs, ByteBuffer targets) {
        this.inputs = inputs;
        this.targets = targets;
        weights = new float[data.weighted() ? capacity : 0];
        inputBytes = bytes(data.input());
        targetBytes = bytes(data.target());
    }

    /** In memory of its own, which goes with it. */
    static HostBatch of(Dataset data, int capacity) {
        return new HostBatch(data, capacity, heap(data.input(), capacity), heap(data.target(), capacity));
    }

    private static ByteBuffer heap(Spec spec, int capacity) {
        return ByteBuffer.allocate(Math.multiplyExact(bytes(spec), capacity)).order(ByteOrder.nativeOrder());
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
    void read(Dataset data, int[] order, int from, int count, Augmenter augmenter) {
        inputs.clear();
        targets.clear();
        for (int row = 0; row < count; row++) {
            int example = order[from + row];
            try {
                data.read(example, row, inputs, targets);
                if (augmenter != null) {
                    augmenter.change(example, row, inputs);
                }
                if (weights.length > 0) {
                    weights[row] = data.weight(example);
                }
            } catch (RuntimeException e) {
                throw new DataException("data: example " + example + ": " + e.getMessage(), e);
            }
        }
    }

    /** Takes over another's first {@code count} examples. */
    void copy(HostBatch other, int count) {
        inputs.clear().put(0, other.inputs, 0, count * inputBytes);
        targets.clear().put(0, other.targets, 0, count * targetBytes);
        System.arraycopy(other.weights, 0, weights, 0, Math.min(count, weights.length));
    }

    ByteBuffer inputs(int count) {
        return inputs.clear().limit(count * inputBytes);
    }

    ByteBuffer targets(int count) {
        return targets.clear().limit(count * targetBytes);
    }

    float[] weights() {
        return weights;
    }
}
