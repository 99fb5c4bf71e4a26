package schuss.initializers;

import schuss.Philox;
import schuss.Shape;

/**
 * How a parameter gets its first numbers. Fan-in and fan-out follow the layout of weights here, with the output axis
 * last: a dense weight is (in, out), a convolution's (height, width, in / groups, out).
 */
@FunctionalInterface
public interface Initializer {
    /** Fills {@code values}, the elements of a parameter of this shape, from one random stream. */
    void initialize(Shape shape, Philox random, float[] values);

    /** All zero: right for biases, wrong for weights, whose units would then never differ. */
    static Initializer zeros() {
        return constant(0);
    }

    /** All the same number. */
    static Initializer constant(double value) {
        if (!Double.isFinite((float) value)) {
            throw new IllegalArgumentException("Initializer: expected a finite constant, got " + value);
        }
        return (shape, random, values) -> java.util.Arrays.fill(values, (float) value);
    }

    /** Normal numbers with mean 0 and this standard deviation; the lectures' N(0, 0.01) is {@code normal(0.01)}. */
    static Initializer normal(double standardDeviation) {
        double deviation = checked("standard deviation", standardDeviation);
        return scaledNormal(shape -> deviation);
    }

    /** Uniform numbers in [-limit, limit). */
    static Initializer uniform(double limit) {
        double most = checked("limit", limit);
        return scaledUniform(shape -> most);
    }

    /** Glorot and Bengio (2010): normal, variance 2 / (fanIn + fanOut). For tanh and linear units. */
    static Initializer glorotNormal() {
        return scaledNormal(shape -> Math.sqrt(2.0 / (fanIn(shape) + fanOut(shape))));
    }

    /** Glorot and Bengio (2010): uniform in +-sqrt(6 / (fanIn + fanOut)). */
    static Initializer glorotUniform() {
        return scaledUniform(shape -> Math.sqrt(6.0 / (fanIn(shape) + fanOut(shape))));
    }

    /** He et al. (2015): normal, variance 2 / fanIn. For ReLU units; the default of layers with weights. */
    static Initializer heNormal() {
        return scaledNormal(shape -> Math.sqrt(2.0 / fanIn(shape)));
    }

    /** He et al. (2015): uniform in +-sqrt(6 / fanIn), the same variance. */
    static Initializer heUniform() {
        return scaledUniform(shape -> Math.sqrt(6.0 / fanIn(shape)));
    }

    /** LeCun et al. (1998): normal, variance 1 / fanIn. */
    static Initializer lecunNormal() {
        return scaledNormal(shape -> Math.sqrt(1.0 / fanIn(shape)));
    }

    /** LeCun et al. (1998): uniform in +-sqrt(3 / fanIn), the same variance. */
    static Initializer lecunUniform() {
        return scaledUniform(shape -> Math.sqrt(3.0 / fanIn(shape)));
    }

    /**
     * Normal numbers of this standard deviation, drawn again where they lie beyond two of them; what is left has 0.8796
     * times the deviation.
     */
    static Initializer truncatedNormal(double standardDeviation) {
        double scale = checked("standard deviation", standardDeviation);
        return (shape, random, values) -> {
            for (int i = 0; i < values.length; i++) {
                double z = random.normal(i);
                for (long again = 1; Math.abs(z) > 2; again++) {
                    z = random.normal(again * values.length + i);
                }
                values[i] = (float) (scale * z);
            }
        };
    }

    /**
     * Saxe et al. (2014): a random orthogonal matrix times a gain, 1 for linear units, sqrt(2) for ReLU. Of weights
     * (fan-in, outputs) that are not square, the rows or the columns, whichever are fewer, are orthonormal.
     */
    static Initializer orthogonal(double gain) {
        return new Orthogonal(gain);
    }

    /** {@link #orthogonal(double)} with gain 1. */
    static Initializer orthogonal() {
        return orthogonal(1);
    }

    /** Martens (2010): each unit has {@code count} normal weights, at random inputs, and zeros; he took 15 and 1. */
    static Initializer sparse(int count, double standardDeviation) {
        return new Sparse(count, standardDeviation);
    }

    /**
     * The number of inputs that each output unit sums over. Those of a grouped convolution are the ones of its group,
     * as its weights are (height, width, in / groups, out).
     */
    static long fanIn(Shape shape) {
        return shape.rank() < 2 ? shape.size() : shape.size() / shape.dim(-1);
    }

    /**
     * The number of outputs that each input unit feeds. Of a grouped convolution it counts those of all groups, as
     * PyTorch does, though an input feeds its own group only: the shape (height, width, in / groups, out) does not tell
     * how many groups there are.
     */
    static long fanOut(Shape shape) {
        return shape.rank() < 2 ? shape.size() : shape.size() / shape.dim(-2);
    }

    private static Initializer scaledNormal(java.util.function.ToDoubleFunction<Shape> deviation) {
        return (shape, random, values) -> {
            random.normals(deviation.applyAsDouble(shape), values);
        };
    }

    private static Initializer scaledUniform(java.util.function.ToDoubleFunction<Shape> limit) {
        return (shape, random, values) -> {
            double scale = limit.applyAsDouble(shape);
            random.uniforms(values);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (scale * (2 * values[i] - 1));
            }
        };
    }

    /** A scale that makes sense. */
    static double checked(String what, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "Initializer: expected a finite " + what + " of at least 0, got " + value);
        }
        return value;
    }
}
