package schuss.conformance;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import schuss.Device;
import schuss.ops.Value;
import schuss.passes.Grad;

/** The gradient of every op against central differences, both in double on the reference backend. */
class GradientTest {
    /**
     * The difference's own error is about h^2 / 6 times the third derivative, 1e-10 here, and 1e-16 |f| / h for rounding,
     * 1e-11 a unit of f; the rest is room for functions that bend more.
     */
    static final double TOLERANCE = 1e-6;

    private static final int LARGEST = 4000; // elements
    private static final int SAMPLES = 12; // of each input's elements

    /** Where finite differences apply. */
    static Stream<OpCase> smoothCases() {
        return OpCases.chosen().stream().filter(c -> Derivability.has(c.op()) && c.smooth() && c.elements() <= LARGEST);
    }

    /** Of ops that write a gradient themselves: its steps are what training runs. */
    static Stream<OpCase> writtenGradients() {
        return OpCases.chosen().stream().filter(OpCase::writesGradient);
    }

    @TestFactory
    Stream<DynamicTest> gradientsMatchFiniteDifferences() {
        Machine reference = new Machine(Device.reference());
        return smoothCases()
                .map(c -> dynamicTest(c.toString(), () -> check(c, reference, false)))
                .onClose(() -> reference.device().close());
    }

    /** Training asks for that of the first output; second derivatives need those of all. */
    @TestFactory
    Stream<DynamicTest> gradientsOfAllOutputsMatchFiniteDifferences() {
        Machine reference = new Machine(Device.reference());
        return smoothCases()
                .filter(c -> Calculation.of(c, reference).realOutputs().size() > 1)
                .map(c -> dynamicTest(c.toString(), () -> check(c, reference, true)))
                .onClose(() -> reference.device().close());
    }

    private static void check(OpCase c, Machine reference, boolean allOutputs) {
        Calculation.OfOp op = Calculation.of(c, reference);
        Calculation calculation = op.calculation();
        List<Value> outputs = allOutputs ? op.realOutputs() : op.y().subList(0, 1);
        Map<Value, Value> dy = calculation.directions(outputs);
        Map<Value, Value> dx = Grad.of(calculation.builder(), dy, op.x());
        Map<Value, double[]> results = calculation.run();
        Map<Integer, double[]> factors = new HashMap<>();
        dy.forEach((value, factor) -> factors.put(op.y().indexOf(value), results.get(factor)));
        double[][] values = c.values();
        Random random = new Random(c.seed() + 2);
        for (int i = 0; i < values.length; i++) {
            Value gradient = dx.get(op.x().get(i));
            if (!c.inputs().get(i).type().dtype().isFloatingPoint() && gradient != null) {
                throw new AssertionError(c + ": has a gradient of input " + i + ", whose numbers are no reals");
            }
            if (!Derivability.isSmooth(c, i)) {
                continue;
            }
            double[] analytic = gradient == null ? new double[values[i].length] : results.get(gradient);
            for (int sample = 0; sample < Math.min(SAMPLES, values[i].length); sample++) {
                int at = values[i].length <= SAMPLES ? sample : random.nextInt(values[i].length);
                double numeric = difference(c, reference, values, i, at, factors);
                double scale = Math.max(1, Math.max(Math.abs(numeric), Math.abs(analytic[at])));
                if (!(Math.abs(numeric - analytic[at]) <= TOLERANCE * scale)) {
                    throw new AssertionError(c + ": gradient of input " + i + " at element " + at + ": expected "
                            + numeric + " by finite differences, got " + analytic[at]);
                }
            }
        }
    }

    /** d sum(dy * y) / d input, by going a little to both sides. */
    private static double difference(
            OpCase c, Machine reference, double[][] values, int input, int at, Map<Integer, double[]> dy) {
        double x = values[input][at];
        double h = Calculation.H * Math.max(1, Math.abs(x));
        values[input][at] = x + h;
        double above = weighted(reference.run(c.step(), values), dy);
        values[input][at] = x - h;
        double below = weighted(reference.run(c.step(), values), dy);
        values[input][at] = x;
        return (above - below) / (2 * h);
    }

    private static double weighted(double[][] y, Map<Integer, double[]> dy) {
        double sum = 0;
        for (Map.Entry<Integer, double[]> factors : dy.entrySet()) {
            double[] output = y[factors.getKey()];
            for (int i = 0; i < output.length; i++) {
                sum += output[i] * factors.getValue()[i];
            }
        }
        return sum;
    }

    @Test
    void opsWithoutDerivativesSaySo() {
        Value[] none = {};
        for (OpCase c : OpCases.all()) {
            if (!Derivability.has(c.op())) {
                assertThrows(IllegalStateException.class, () -> c.op().gradient(none, none, none), c::toString);
                assertThrows(IllegalStateException.class, () -> c.op().tangent(none, none, none), c::toString);
            }
        }
        List<OpCase> covered = smoothCases().toList();
        OpCases.chosen().stream()
                .filter(c -> Derivability.has(c.op()))
                .map(c -> c.op().getClass())
                .distinct()
                .forEach(op -> {
                    if (covered.stream().noneMatch(c -> c.op().getClass() == op)) {
                        throw new AssertionError(op + ": no case for finite differences");
                    }
                });
    }
}
