package schuss.data;

import java.util.Objects;

/** A view of some examples of another data set. {@code indices} is null for the first {@code size} examples. */
final class DatasetView extends ForwardingDataset {
    private final int size;
    private final int[] indices;

    private DatasetView(Dataset all, int size, int... indices) {
        super(all);
        this.size = size;
        this.indices = indices;
    }

    static Dataset first(Dataset all, int n) {
        if (n < 1 || n > all.size()) {
            throw new IllegalArgumentException("take: expected 1 to " + all.size() + " examples, got " + n);
        }
        return new DatasetView(all, n, (int[]) null);
    }

    static Dataset of(Dataset all, int... indices) {
        if (indices.length == 0) {
            throw new IllegalArgumentException("subset: expected at least one index, got none");
        }
        int[] copy = indices.clone();
        for (int i = 0; i < copy.length; i++) {
            if (copy[i] < 0 || copy[i] >= all.size()) {
                throw new IllegalArgumentException(
                        "subset: index " + i + ": expected 0 to " + (all.size() - 1) + ", got " + copy[i]);
            }
        }
        return new DatasetView(all, copy.length, copy);
    }

    /**
     * A view of indices that are known to be valid. The array is kept, not copied, because it may be as long as the data
     * set.
     */
    static DatasetView wrap(Dataset all, int... indices) {
        return new DatasetView(all, indices.length, indices);
    }

    @Override
    int original(int index) {
        Objects.checkIndex(index, size);
        return indices == null ? index : indices[index];
    }

    @Override
    public int size() {
        return size;
    }
}
