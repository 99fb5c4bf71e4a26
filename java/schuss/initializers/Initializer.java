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
        return new Constant(value);
    }

    /** Normal numbers with mean 0 and this standard deviation; the lectures' N(0, 0.01) is {@code normal(0.01)}. */
    static Initializer normal(double standardDeviation) {
        return new Drawn(false, checked("standard deviation", standardDeviation), Drawn.Fan.NONE);
    }

    /** Uniform numbers in [-limit, limit). */
    static Initializer uniform(double limit) {
        return new Drawn(true, checked("limit", limit), Drawn.Fan.NONE);
    }

    /** Glorot and Bengio (2010): normal, variance 2 / (fanIn + fanOut). For tanh and linear units. */
    static Initializer glorotNormal() {
        return new Drawn(false, 2, Drawn.Fan.SUM);
    }

    /** Glorot and Bengio (2010): uniform in +-sqrt(6 / (fanIn + fanOut)). */
    static Initializer glorotUniform() {
        return new Drawn(true, 6, Drawn.Fan.SUM);
    }

    /** He et al. (2015): normal, variance 2 / fanIn. For ReLU units; the default of layers with weights. */
    static Initializer heNormal() {
        return new Drawn(false, 2, Drawn.Fan.IN);
    }

    /** He et al. (2015): uniform in +-sqrt(6 / fanIn), the same variance. */
    static Initializer heUniform() {
        return new Drawn(true, 6, Drawn.Fan.IN);
    }

    /** LeCun et al. (1998): normal, variance 1 / fanIn. */
    static Initializer lecunNormal() {
        return new Drawn(false, 1, Drawn.Fan.IN);
    }

    /** LeCun et al. (1998): uniform in +-sqrt(3 / fanIn), the same variance. */
    static Initializer lecunUniform() {
        return new Drawn(true, 3, Drawn.Fan.IN);
    }

    /**
     * Normal numbers of this standard deviation, drawn again where they lie beyond two of them; what is left has 0.8796
     * times the deviation.
     */
    static Initializer truncatedNormal(double standardDeviation) {
        return new TruncatedNormal(checked("standard deviation", standardDeviation));
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

    /** A scale that makes sense. */
    static double checked(String what, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "Initializer: expected a finite " + what + " of at least 0, got " + value);
        }
        return value;
    }
}
