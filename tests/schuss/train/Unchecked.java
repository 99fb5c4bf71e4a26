package schuss.train;

import java.nio.ByteBuffer;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.data.Dataset;

/** A data set that checks nothing: for what Dataset.of would refuse. */
record Unchecked(float[][] x, int[] labels, int classes) implements Dataset {
    @Override
    public int size() {
        return x.length;
    }

    @Override
    public Spec input() {
        return new Spec("input", DType.F32, Shape.of(x[0].length));
    }

    @Override
    public Spec target() {
        return new Spec("label", DType.I32, Shape.of());
    }

    @Override
    public void read(int index, int row, ByteBuffer inputs, ByteBuffer targets) {
        for (int i = 0; i < x[index].length; i++) {
            inputs.putFloat(4 * (row * x[index].length + i), x[index][i]);
        }
        targets.putInt(4 * row, labels[index]);
    }

    /** Nothing wrong yet: four numbers each, three classes. */
    static Unchecked plain(int count) {
        float[][] x = new float[count][4];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            for (int k = 0; k < 4; k++) {
                x[i][k] = (float) Math.sin(i * 4 + k);
            }
            labels[i] = i % 3;
        }
        return new Unchecked(x, labels, 3);
    }
}
