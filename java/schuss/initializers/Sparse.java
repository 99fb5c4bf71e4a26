package schuss.initializers;

import schuss.Philox;
import schuss.Shape;

/**
 * A few normal weights per unit and zeros elsewhere (Martens 2010), so that units with many inputs neither saturate nor
 * become alike.
 *
 * @param count the number of weights of each output unit that are not 0; all if it has fewer inputs
 * @param standardDeviation their standard deviation
 */
record Sparse(int count, double standardDeviation) implements Initializer {
    Sparse {
        if (count < 1) {
            throw new IllegalArgumentException("Initializer.sparse: expected at least 1 weight per unit, got " + count);
        }
        Initializer.checked("standard deviation", standardDeviation);
    }

    @Override
    public void initialize(Shape shape, Philox random, float[] values) {
        int units = shape.rank() < 2 ? 1 : shape.dim(-1);
        int inputs = values.length / units;
        int kept = Math.min(count, inputs);
        int[] order = new int[inputs]; // stays a permutation, so each unit may go on where the last one ended
        java.util.Arrays.setAll(order, i -> i);
        java.util.Arrays.fill(values, 0);
        float[] normals = new float[Math.multiplyExact(kept, units)];
        random.normals(standardDeviation, normals);
        long choices = (normals.length + 3L) & ~3L; // numbers that share no bits with the normal ones
        for (int unit = 0; unit < units; unit++) {
            for (int k = 0; k < kept; k++) {
                int draw = unit * kept + k;
                long bits = Integer.toUnsignedLong(random.bits(choices + draw));
                int chosen = k + (int) ((bits * (inputs - k)) >>> Integer.SIZE);
                int input = order[chosen];
                order[chosen] = order[k];
                order[k] = input;
                values[input * units + unit] = normals[draw];
            }
        }
    }
}
