package schuss.initializers;

import schuss.Philox;
import schuss.Shape;

/**
 * Normal numbers of a standard deviation, or uniform numbers in [-limit, limit): the scale itself, or the root of a number
 * by the inputs, or by the inputs and outputs, of a unit.
 *
 * @param uniform else normal
 * @param scale or what is divided by the fan
 */
record Drawn(boolean uniform, double scale, Fan fan) implements Initializer {
    /** What the scale is divided by, under the root. */
    enum Fan {
        /** Nothing, and there is no root. */
        NONE,
        IN,
        /** Inputs and outputs. */
        SUM
    }

    private double scale(Shape shape) {
        return switch (fan) {
            case NONE -> scale;
            case IN -> Math.sqrt(scale / Initializer.fanIn(shape));
            case SUM -> Math.sqrt(scale / (Initializer.fanIn(shape) + Initializer.fanOut(shape)));
        };
    }

    @Override
    public void initialize(Shape shape, Philox random, float[] values) {
        double of = scale(shape);
        if (!uniform) {
            random.normals(of, values);
            return;
        }
        random.uniforms(values);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (of * (2 * values[i] - 1));
        }
    }
}
