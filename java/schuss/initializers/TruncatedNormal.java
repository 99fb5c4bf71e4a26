package schuss.initializers;

import schuss.Philox;
import schuss.Shape;

/** Normal numbers of which those beyond two standard deviations are drawn again. */
record TruncatedNormal(double standardDeviation) implements Initializer {
    @Override
    public void initialize(Shape shape, Philox random, float[] values) {
        for (int i = 0; i < values.length; i++) {
            double z = random.normal(i);
            for (long again = 1; Math.abs(z) > 2; again++) {
                z = random.normal(again * values.length + i);
            }
            values[i] = (float) (standardDeviation * z);
        }
    }
}
