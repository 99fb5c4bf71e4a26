package schuss.initializers;

import java.util.Arrays;
import schuss.Philox;
import schuss.Shape;

/** All the same number. */
record Constant(double value) implements Initializer {
    @Override
    public void initialize(Shape shape, Philox random, float[] values) {
        Arrays.fill(values, (float) value);
    }
}
