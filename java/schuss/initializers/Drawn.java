package schuss.initializers;

import schuss.Philox;
import schuss.Shape;

/**
 * Normal numbers with a standard deviation, or uniform numbers in [-limit, limit). The deviation or limit is the scale
 * itself, or the root of the scale divided by a fan.
 *
 * @param uniform whether numbers are uniform; else normal
 * @param scale the deviation or limit, or what is divided by the fan
 * @param fan what the scale is divided by
 */
record Drawn(boolean uniform, double scale, Fan fan) implements Initializer {
    /** What the scale is divided by under the root. */
    enum Fan {
        /** Nothing, and there is no root. */
        NONE,
        /** The number of inputs of a unit. */
        IN,
        /** The number of inputs and outputs together. */
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
