package schuss.initializers;

import schuss.Philox;
import schuss.Shape;

/**
 * How a parameter gets its initial numbers. Layers use {@link #heNormal()} for weights and zeros for biases unless told
 * otherwise.
 *
 * <pre>{@code
 * new Dense(100).withWeights(Initializer.glorotUniform())
 * }</pre>
 *
 * <p>The fan-in of a weight is the number of inputs that an output sums over, the fan-out the number of outputs that an
 * input feeds. The output axis of weights is the last one: a dense weight is (in, out), that of a convolution (height,
 * width, in / groups, out). Your own initializer is a lambda.
 */
@FunctionalInterface
public interface Initializer {
    /**
     * Fills the initial numbers of a parameter.
     *
     * @param shape the shape of the parameter
     * @param random a stream of random numbers of its own
     * @param values the elements of the parameter, row-major, to be written
     */
    void initialize(Shape shape, Philox random, float[] values);

    /** {@return zeros: right for biases, wrong for weights, because all units would stay equal} */
    static Initializer zeros() {
        return constant(0);
    }

    /**
     * {@return the same number for all elements}
     *
     * @param value the number, finite in single precision
     * @throws IllegalArgumentException if it is not finite
     */
    static Initializer constant(double value) {
        if (!Double.isFinite((float) value)) {
            throw new IllegalArgumentException("Initializer: expected a finite constant, got " + value);
        }
        return new Constant(value);
    }

    /**
     * {@return normal numbers with mean 0}
     *
     * @param standardDeviation their standard deviation, finite and at least 0
     * @throws IllegalArgumentException if it is out of range
     */
    static Initializer normal(double standardDeviation) {
        return new Drawn(false, checked("standard deviation", standardDeviation), Drawn.Fan.NONE);
    }

    /**
     * {@return uniform numbers in [-limit, limit)}
     *
     * @param limit the limit, finite and at least 0
     * @throws IllegalArgumentException if it is out of range
     */
    static Initializer uniform(double limit) {
        return new Drawn(true, checked("limit", limit), Drawn.Fan.NONE);
    }

    /**
     * {@return normal numbers with variance {@code 2 / (fanIn + fanOut)}, for tanh and linear units}
     *
     * <p>Source: Glorot and Bengio (2010).
     */
    static Initializer glorotNormal() {
        return new Drawn(false, 2, Drawn.Fan.SUM);
    }

    /**
     * {@return uniform numbers in ±sqrt(6 / (fanIn + fanOut)), for tanh and linear units}
     *
     * <p>Source: Glorot and Bengio (2010).
     */
    static Initializer glorotUniform() {
        return new Drawn(true, 6, Drawn.Fan.SUM);
    }

    /**
     * {@return normal numbers with variance {@code 2 / fanIn}, for ReLU units; the default of layers with weights}
     *
     * <p>Source: He et al. (2015).
     */
    static Initializer heNormal() {
        return new Drawn(false, 2, Drawn.Fan.IN);
    }

    /**
     * {@return uniform numbers in ±sqrt(6 / fanIn), with the variance of {@link #heNormal()}}
     *
     * <p>Source: He et al. (2015).
     */
    static Initializer heUniform() {
        return new Drawn(true, 6, Drawn.Fan.IN);
    }

    /**
     * {@return normal numbers with variance {@code 1 / fanIn}, for SELU units}
     *
     * <p>Source: LeCun et al. (1998).
     */
    static Initializer lecunNormal() {
        return new Drawn(false, 1, Drawn.Fan.IN);
    }

    /**
     * {@return uniform numbers in ±sqrt(3 / fanIn), with the variance of {@link #lecunNormal()}}
     *
     * <p>Source: LeCun et al. (1998).
     */
    static Initializer lecunUniform() {
        return new Drawn(true, 3, Drawn.Fan.IN);
    }

    /**
     * {@return normal numbers of which those beyond two standard deviations are drawn again; the result has 0.8796 times
     * the given standard deviation}
     *
     * @param standardDeviation the standard deviation before truncation, finite and at least 0
     * @throws IllegalArgumentException if it is out of range
     */
    static Initializer truncatedNormal(double standardDeviation) {
        return new TruncatedNormal(checked("standard deviation", standardDeviation));
    }

    /**
     * {@return a random orthogonal matrix times a gain, which keeps the lengths of what passes through a layer. Of
     * weights (fan-in, outputs) that are not square, the rows or the columns, whichever are fewer, are orthonormal}
     *
     * <p>Source: Saxe et al. (2014).
     *
     * @param gain the factor: 1 for linear units, sqrt(2) for ReLU; finite and above 0
     * @throws IllegalArgumentException if it is out of range
     */
    static Initializer orthogonal(double gain) {
        return new Orthogonal(gain);
    }

    /** {@return {@link #orthogonal(double)} with gain 1} */
    static Initializer orthogonal() {
        return orthogonal(1);
    }

    /**
     * {@return a few normal weights for each unit, at random inputs, and zeros elsewhere; the paper uses 15 weights with
     * standard deviation 1}
     *
     * <p>Source: Martens (2010).
     *
     * @param count the number of weights per unit that are not 0, at least 1
     * @param standardDeviation their standard deviation, finite and at least 0
     * @throws IllegalArgumentException if a number is out of range
     */
    static Initializer sparse(int count, double standardDeviation) {
        return new Sparse(count, standardDeviation);
    }

    /**
     * {@return the number of inputs that each output unit sums over; for a grouped convolution those of its group}
     *
     * @param shape the shape of the weight
     */
    static long fanIn(Shape shape) {
        return shape.rank() < 2 ? shape.size() : shape.size() / shape.dim(-1);
    }

    /**
     * {@return the number of outputs that each input unit feeds. For a grouped convolution it counts the outputs of all
     * groups, as PyTorch does, although an input feeds its own group only: the shape (height, width, in / groups, out)
     * does not contain the number of groups}
     *
     * @param shape the shape of the weight
     */
    static long fanOut(Shape shape) {
        return shape.rank() < 2 ? shape.size() : shape.size() / shape.dim(-2);
    }

    /**
     * {@return the value, if it is a usable scale}
     *
     * @param what the name of the setting
     * @param value the value
     * @throws IllegalArgumentException if it is negative or not finite
     */
    static double checked(String what, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "Initializer: expected a finite " + what + " of at least 0, got " + value);
        }
        return value;
    }
}
