package schuss.data;

/** A view that gives each example a weight. */
final class WeightedDataset extends ForwardingDataset {
    private final float[] weights;

    WeightedDataset(Dataset all, float... weights) {
        super(all);
        if (weights.length != all.size()) {
            throw new IllegalArgumentException(
                    "weights: expected one for each of the " + all.size() + " examples, got " + weights.length);
        }
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
    public boolean weighted() {
        return true;
    }

    @Override
    public float weight(int index) {
        return weights[index];
    }
}
