package schuss.data;

import java.nio.ByteBuffer;
import java.util.Objects;
import schuss.Spec;

/** Some examples of another data set; {@code indices} null means its first {@code size}. */
final class DatasetView implements Dataset {
    private final Dataset all;
    private final int size;
    private final int[] indices;

    private DatasetView(Dataset all, int size, int[] indices) {
        this.all = all;
        this.size = size;
        this.indices = indices;
    }

    static Dataset first(Dataset all, int n) {
        if (n < 1 || n > all.size()) {
            throw new IllegalArgumentException("take: expected 1 to " + all.size() + " examples, got " + n);
        }
        return new DatasetView(all, n, null);
    }

    static Dataset of(Dataset all, int[] indices) {
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

    @Override
    public int size() {
        return size;
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
        return all.weighted();
    }

    @Override
    public float weight(int index) {
        return all.weight(original(index));
    }

    @Override
    public void read(int index, int row, ByteBuffer inputs, ByteBuffer targets) {
        all.read(original(index), row, inputs, targets);
    }

    private int original(int index) {
        Objects.checkIndex(index, size);
        return indices == null ? index : indices[index];
    }
}
