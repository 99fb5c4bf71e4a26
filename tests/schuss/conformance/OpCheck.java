package schuss.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import schuss.DType;
import schuss.Device;
import schuss.ir.Step;
import schuss.ops.Blend;
import schuss.ops.BroadcastTo;
import schuss.ops.Cast;
import schuss.ops.Convolution;
import schuss.ops.FusedProduct;
import schuss.ops.MatMul;
import schuss.ops.Op;
import schuss.ops.Pointwise;
import schuss.ops.Value;
import schuss.optim.OptimizerStep;

/** Compares single steps on some machines with the reference. */
final class OpCheck implements AutoCloseable {
    /** Which machines are worth running an op on, by the number of elements it reads. */
    @FunctionalInterface
    interface Applies {
        boolean test(Machine machine, Op op, long elements);
    }

    private final Machine reference = new Machine(Device.reference());
    private final List<Machine> machines;
    private final Applies applies;

    /** Takes over the machines. */
    OpCheck(List<Machine> machines, Applies applies) {
        this.machines = List.copyOf(machines);
        this.applies = applies;
    }

    /** Prepares formulas, of ops and of gradients, so that machines with a compiler compile them in one go. */
    void announce(List<OpCase> ops, List<OpCase> gradients) {
        Stream.concat(
                        ops.stream().map(OpCase::step),
                        gradients.stream().flatMap(c -> c.gradient().steps().steps().stream()))
                .filter(step -> isFormula(step.op()))
                .forEach(step -> machines.forEach(machine -> machine.overwrites(step)));
    }

    static boolean isFormula(Op op) {
        return op instanceof Pointwise
                || op instanceof BroadcastTo
                || op instanceof Cast
                || op instanceof Blend
                || op instanceof OptimizerStep;
    }

    /** The op of a case. */
    void check(OpCase c) {
        check(c, c.step(), c.values());
    }

    /** Each step of the gradient by itself, on what the reference made of the steps before, rounded. */
    void checkGradient(OpCase c) {
        OpCase.Gradient g = c.gradient();
        Map<Value, double[]> values = new HashMap<>();
        double[][] inputs = c.values();
        for (int i = 0; i < inputs.length; i++) {
            values.put(g.x()[i], inputs[i]);
        }
        values.put(g.dy()[0], c.outputGradient().values(new Random(c.seed() + 1)));
        boolean first = true;
        for (Step step : g.steps().steps()) {
            double[][] x = step.inputs().stream().map(values::get).toArray(double[][]::new);
            double[][] y = reference.run(step, x);
            if (!first) {
                check(c, step, x);
            }
            first = false;
            for (int i = 0; i < y.length; i++) {
                boolean single = step.outputs().get(i).dtype() == DType.F32;
                values.put(step.outputs().get(i), single ? rounded(y[i]) : y[i]);
            }
        }
    }

    private static double[] rounded(double[] y) {
        double[] result = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            result[i] = (float) y[i];
        }
        return result;
    }

    private void check(OpCase c, Step step, double[][] x) {
        double[][] expected = reference.run(step, x);
        double[][] allowed = c.exact() ? null : allowed(c, step, x, expected);
        double[][] before = null; // of the same provider with one thread
        long elements =
                java.util.Arrays.stream(x).mapToLong(input -> input.length).sum();
        for (Machine machine : machines) {
            if (!applies.test(machine, step.op(), elements)) {
                continue;
            }
            String what = c + ", " + step.op().name() + " on "
                    + machine.device().describe() + ", " + machine.device().threads() + " thread(s)";
            double[][] actual = machine.run(step, x);
            for (int i = 0; i < expected.length; i++) {
                Comparison.check(what, type(step, i), expected[i], actual[i], allowed == null ? null : allowed[i]);
            }
            for (int input : machine.overwrites(step)) {
                assertArrayEquals(actual, machine.run(step, x, input), what + ": in the place of input " + input);
            }
            if (!isProduct(step.op())) { // our own kernels add in an order that the shape alone decides
                if (before != null) {
                    assertArrayEquals(before, actual, what + ": differs from one thread");
                }
                before = actual;
            }
        }
    }

    private double[][] allowed(OpCase c, Step step, double[][] x, double[][] expected) {
        boolean own = c.bound() != null && step.op().getClass() == c.op().getClass();
        return own ? new double[][] {c.bound().of(step, x, expected[0])} : new Bounds(reference).of(step, x, expected);
    }

    /** Of a result: first the outputs, then the inputs that the op changes. */
    private static DType type(Step step, int result) {
        int outputs = step.outputs().size();
        return result < outputs
                ? step.outputs().get(result).dtype()
                : step.inputs().get(step.op().mutates().get(result - outputs)).dtype();
    }

    static boolean isProduct(Op op) {
        return op instanceof MatMul
                || op instanceof Convolution
                || op instanceof Convolution.DataGradient
                || op instanceof Convolution.WeightGradient
                || op instanceof FusedProduct;
    }

    @Override
    public void close() {
        machines.forEach(m -> m.device().close());
        reference.device().close();
    }
}
