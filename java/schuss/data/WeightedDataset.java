package schuss.data;

import java.nio.ByteBuffer;
import schuss.Spec;

/** Another data set's examples, each with a weight. */
final class WeightedDataset implements Dataset {
    private final Dataset all;
    private final float[] weights;

    WeightedDataset(Dataset all, float[] weights) {
        if (weights.length != all.size()) {
            throw new IllegalArgumentException(
                    "weights: expected one for each of the " + all.size() + " examples, got " + weights.length);
        }
        this.all = all;
        this.weights = weights.clone();
        for (int i = 0; i < weights.length; i++) {
            if (!(weights[i] >= 0 && weights[i] <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException(
                        "weight of example " + i + ": expected a finite number of at least 0, got " + weights[i]);
            }
            this.weights[i] *= all.weight(i);
        }
    }

    @Override
    public int size() {
        return all.size();
    }

    @Override
    public Spec input() {
        return all.input();
    }

    @Override
    public Spec target() {
        return all.target();
    }

    @Override
    public int classes() {
        return all.classes();
    }

    @Override
    public boolean weighted() {
        return true;
    }

    @Override
    public float weight(int index) {
        return weights[index];
    }

    @Override
    public void read(int index, int row, ByteBuffer inputs, ByteBuffer targets) {
        all.read(index, row, inputs, targets);
    }
}
