package schuss.data;

import java.nio.ByteBuffer;
import schuss.Spec;

/** Another data set's examples: all as they are there, but for what a subclass changes. */
abstract class ForwardingDataset implements Dataset {
    private final Dataset all;

    ForwardingDataset(Dataset all) {
        this.all = all;
    }

    /** Where example {@code index} of this set stands in the other. */
    int original(int index) {
        return index;
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
    public int label(int index) {
        return all.label(original(index));
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
}
