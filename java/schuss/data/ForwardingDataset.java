package schuss.data;

import java.nio.ByteBuffer;
import java.util.List;
import schuss.Spec;

/** A view of another data set. Everything is passed on to it unless a subclass overrides it. */
abstract class ForwardingDataset implements Dataset {
    private final Dataset all;

    ForwardingDataset(Dataset all) {
        this.all = all;
    }

    /** The index in the other data set of this view's example {@code index}. */
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
    public List<String> classNames() {
        return all.classNames();
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

    private boolean hasSeveralFields() {
        return all.inputs().size() + all.targets().size() > 2;
    }

    @Override
    public List<Spec> inputs() {
        return hasSeveralFields() ? all.inputs() : List.of(input());
    }

    @Override
    public List<Spec> targets() {
        return hasSeveralFields() ? all.targets() : List.of(target());
    }

    @Override
    public void read(int index, int row, ByteBuffer inputs, ByteBuffer targets) {
        all.read(original(index), row, inputs, targets);
    }

    @Override
    public void read(int index, int row, ByteBuffer[] inputs, ByteBuffer[] targets) {
        if (hasSeveralFields()) {
            all.read(original(index), row, inputs, targets);
        } else { // what a subclass does to the only ones
            read(index, row, inputs[0], targets[0]);
        }
    }
}
