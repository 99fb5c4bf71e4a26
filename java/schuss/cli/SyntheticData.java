package schuss.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import schuss.DType;
import schuss.Philox;
import schuss.Shape;
import schuss.Spec;
import schuss.data.Dataset;

/**
 * Uniform random inputs with random labels, made beforehand. A small pool of batches of inputs meets another number of
 * batches of labels in turn, so that every input has many labels and nothing can be learned by heart: gradients stay
 * ordinary numbers however long it runs.
 */
final class SyntheticData implements Dataset {
    private static final int INPUT_BATCHES = 16;
    private static final int LABEL_BATCHES = 17;

    private final int batch;
    private final int inputBytes;
    private final Spec input;
    private final ByteBuffer pool;
    private final int[] labels;

    SyntheticData(Shape shape, int batch) {
        this.batch = batch;
        this.input = new Spec("input", DType.F32, shape);
        this.inputBytes = Math.toIntExact(shape.size() * Float.BYTES);
        pool = ByteBuffer.allocateDirect(inputBytes * batch * INPUT_BATCHES).order(ByteOrder.nativeOrder());
        float[] values = new float[pool.capacity() / Float.BYTES];
        new Philox(42, 0).uniforms(values);
        pool.asFloatBuffer().put(values);
        labels = new int[batch * LABEL_BATCHES];
        Philox labelRandom = new Philox(43, 0);
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (int) (labelRandom.uniform(i) * Workload.CLASSES);
        }
    }

    @Override
    public int size() {
        return batch * INPUT_BATCHES * LABEL_BATCHES;
    }

    @Override
    public Spec input() {
        return input;
    }

    @Override
    public Spec target() {
        return new Spec("label", DType.I32, Shape.of());
    }

    @Override
    public int classes() {
        return Workload.CLASSES;
    }

    @Override
    public void read(int index, int row, ByteBuffer inputs, ByteBuffer targets) {
        inputs.put(row * inputBytes, pool, index % (batch * INPUT_BATCHES) * inputBytes, inputBytes);
        targets.putInt(row * Integer.BYTES, labels[index % labels.length]);
    }
}
