package schuss.cli.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import schuss.Philox;
import schuss.Spec;
import schuss.data.Dataset;

/**
 * Uniform random inputs with random labels, made in advance. A small pool of input batches is combined in turn with a
 * different number of label batches, so that every input gets many labels and nothing can be learnt by heart: gradients
 * stay ordinary numbers however long it runs.
 */
final class SyntheticData implements Dataset {
    private static final int INPUT_BATCHES = 16;
    private static final int LABEL_BATCHES = 17;

    private final Workload workload;
    private final int batch;
    private final int inputBytes;
    private final ByteBuffer pool;
    private final int[] labels;

    SyntheticData(Workload workload, int batch) {
        this.workload = workload;
        this.batch = batch;
        this.inputBytes = bytesPerInput(workload);
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

    private static int bytesPerInput(Workload workload) {
        return Math.toIntExact(workload.input().size() * Float.BYTES);
    }

    /** The most examples of a batch, so that all of them fit one buffer. */
    static int largestBatch(Workload workload) {
        return Integer.MAX_VALUE / INPUT_BATCHES / bytesPerInput(workload);
    }

    @Override
    public int size() {
        return batch * INPUT_BATCHES * LABEL_BATCHES;
    }

    @Override
    public Spec input() {
        return workload.inputs();
    }

    @Override
    public Spec target() {
        return workload.labels();
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
