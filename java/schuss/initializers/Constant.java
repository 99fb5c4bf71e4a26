package schuss.initializers;

import java.util.Arrays;
import schuss.Philox;
import schuss.Shape;

/** The same number for all elements. */
record Constant(double value) implements Initializer {
    @Override
    public void initialize(Shape shape, Philox random, float[] values) {
        Arrays.fill(values, (float) value);
    }
}
