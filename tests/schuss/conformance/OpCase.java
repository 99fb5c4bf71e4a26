package schuss.conformance;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import schuss.DType;
import schuss.ir.Step;
import schuss.ops.Op;
import schuss.ops.Type;
import schuss.ops.Value;

/**
 * One way to call an op: attributes, input types and ranges of values. Every runner takes all cases; {@link OpCases} has
 * them by op.
 *
 * @param exact whether results must match bit for bit: small integers through sums and products
 * @param smooth whether the op is differentiable at the drawn inputs, so that finite differences apply
 * @param bound how far results of this op may be from the reference's; null for what {@link Bounds} says
 */
record OpCase(Op op, List<Operand> inputs, long seed, boolean exact, boolean smooth, Bound bound) {
    /** The allowed error of each element of the op's one output. */
    @FunctionalInterface
    interface Bound {
        /**
         * Errors.
         *
         * @param x the inputs
         * @param y what the reference came to
         */
        double[] of(Step step, double[][] x, double[] y);
    }

    static OpCase of(Op op, Operand... inputs) {
        return new OpCase(op, List.of(inputs), 17, false, true, null);
    }

    OpCase bitForBit() {
        return new OpCase(op, inputs, seed, true, smooth, bound);
    }

    /** At a kink or where values are not finite: no finite differences. */
    OpCase notSmooth() {
        return new OpCase(op, inputs, seed, exact, false, bound);
    }

    /** With an error bound of its own, for this op and where its gradient is one more of its kind. */
    OpCase within(Bound own) {
        return new OpCase(op, inputs, seed, exact, smooth, own);
    }

    double[][] values() {
        Random random = new Random(seed);
        return inputs.stream().map(o -> o.values(random)).toArray(double[][]::new);
    }

    Step step() {
        Steps steps = new Steps();
        steps.apply(op, List.of(steps.inputs(inputs)));
        return steps.steps().get(0);
    }

    long elements() {
        return inputs.stream().mapToLong(o -> o.type().shape().size()).sum();
    }

    /**
     * The op followed by its gradient; {@code dy} are inputs after the op's own, null where there is none, {@code dx} is null
     * where the gradient is that of a formula.
     */
    record Gradient(Steps steps, Value[] x, Value[] y, Value[] dy, List<Value> dx) {}

    Gradient gradient() {
        Steps steps = new Steps();
        Value[] x = steps.inputs(inputs);
        Value[] y = steps.apply(op, List.of(x)).toArray(Value[]::new);
        Value[] dy = new Value[y.length];
        dy[0] = steps.input(y[0].type()); // what a loss depends on
        return new Gradient(steps, x, y, dy, op.gradient(x, y, dy));
    }

    /** Whether the op writes its gradient itself, as training has it. */
    boolean writesGradient() {
        return Derivability.has(op) && gradient().dx() != null;
    }

    /** How dy is drawn: in numbers that sums and the types before the op have exactly, where that counts. */
    Operand outputGradient() {
        Type y = step().outputTypes().get(0);
        boolean coarse = inputs.stream().anyMatch(input -> input.type().dtype() == DType.BF16);
        return new Operand(y, exact || coarse ? r -> r.nextInt(17) - 8 : Random::nextGaussian);
    }

    /** All that is needed to run it again. */
    @Override
    public String toString() {
        String types = inputs.stream().map(o -> o.type().toString()).collect(Collectors.joining(", "));
        String attributes = op.toString();
        return op.name() + " of " + types + ", seed " + seed + (exact ? ", exact" : "")
                + (attributes.length() < 200 ? " [" + attributes + "]" : "");
    }
}
