package schuss.conformance;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import schuss.Device;
import schuss.ops.Accumulate;
import schuss.ops.AveragePool;
import schuss.ops.BatchNorm;
import schuss.ops.Blend;
import schuss.ops.Constant;
import schuss.ops.CrossEntropy;
import schuss.ops.Fill;
import schuss.ops.FusedBatchNorm;
import schuss.ops.FusedConvolution;
import schuss.ops.FusedMatMul;
import schuss.ops.GroupNorm;
import schuss.ops.Guard;
import schuss.ops.Iota;
import schuss.ops.LayerNorm;
import schuss.ops.Matches;
import schuss.ops.Max;
import schuss.ops.MaxPool;
import schuss.ops.Op;
import schuss.ops.Value;
import schuss.optim.MaxNorm;
import schuss.optim.OptimizerStep;

/** The gradient of every op against central differences, both in double on the reference backend. */
class GradientTest {
    /** Near the cube root of double's epsilon, where a central difference is best. */
    private static final double H = 1e-5;

    /**
     * The difference's own error is about h^2 / 6 times the third derivative, 1e-10 here, and 1e-16 |f| / h for rounding,
     * 1e-11 a unit of f; the rest is room for functions that bend more.
     */
    private static final double TOLERANCE = 1e-6;

    private static final int LARGEST = 4000; // elements
    private static final int SAMPLES = 12; // of each input's elements

    /** Ops that come after differentiation, or are no part of a loss. */
    static final Set<Class<? extends Op>> WITHOUT = Set.of(
            Fill.class,
            FusedConvolution.class,
            Constant.class,
            Iota.class,
            FusedMatMul.class,
            CrossEntropy.Gradient.class,
            Matches.class,
            Accumulate.class,
            Blend.class,
            Guard.class,
            Max.Gradient.class,
            OptimizerStep.class,
            MaxPool.Gradient.class,
            AveragePool.Gradient.class,
            BatchNorm.Gradient.class,
            GroupNorm.Gradient.class,
            LayerNorm.Gradient.class,
            FusedBatchNorm.class,
            FusedBatchNorm.Gradient.class,
            FusedBatchNorm.ResidualGradient.class,
            MaxNorm.class);

    static Stream<OpCase> cases() {
        return OpCases.chosen().stream().filter(c -> !WITHOUT.contains(c.op().getClass()));
    }

    @TestFactory
    Stream<DynamicTest> gradientsMatchFiniteDifferences() {
        Machine reference = new Machine(Device.reference());
        return cases().filter(c -> c.smooth() && c.elements() <= LARGEST)
                .map(c -> dynamicTest(c.toString(), () -> check(c, reference)))
                .onClose(() -> reference.device().close());
    }

    private static void check(OpCase c, Machine reference) {
        OpCase.Gradient g = c.gradient();
        double[][] values = c.values();
        Map<Value, double[]> known = new HashMap<>();
        for (int i = 0; i < values.length; i++) {
            known.put(g.x()[i], values[i]);
        }
        Random random = new Random(c.seed() + 1);
        double[] dy = c.outputGradient().values(random);
        known.put(g.dy()[0], dy);
        Map<Value, double[]> results = reference.run(g.steps().steps(), known);
        for (int i = 0; i < values.length; i++) {
            if (!c.inputs().get(i).type().dtype().isFloatingPoint()) {
                if (g.dx().get(i) != null) {
                    throw new AssertionError(c + ": has a gradient of input " + i + ", whose numbers are no reals");
                }
                continue;
            }
            double[] analytic = g.dx().get(i) == null ? new double[values[i].length] : results.get(g.dx().get(i));
            for (int sample = 0; sample < Math.min(SAMPLES, values[i].length); sample++) {
                int at = values[i].length <= SAMPLES ? sample : random.nextInt(values[i].length);
                double numeric = difference(c, reference, values, i, at, dy);
                double scale = Math.max(1, Math.max(Math.abs(numeric), Math.abs(analytic[at])));
                if (!(Math.abs(numeric - analytic[at]) <= TOLERANCE * scale)) {
                    throw new AssertionError(c + ": gradient of input " + i + " at element " + at + ": expected "
                            + numeric + " by finite differences, got " + analytic[at]);
                }
            }
        }
    }

    /** d sum(dy * y) / d input, by going a little to both sides. */
    private static double difference(OpCase c, Machine reference, double[][] values, int input, int at, double[] dy) {
        double x = values[input][at];
        double h = H * Math.max(1, Math.abs(x));
        values[input][at] = x + h;
        double above = weighted(reference.run(c.step(), values)[0], dy);
        values[input][at] = x - h;
        double below = weighted(reference.run(c.step(), values)[0], dy);
        values[input][at] = x;
        return (above - below) / (2 * h);
    }

    private static double weighted(double[] y, double[] dy) {
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += y[i] * dy[i];
        }
        return sum;
    }

    @Test
    void opsWithoutAGradientSaySo() {
        for (OpCase c : OpCases.all()) {
            if (WITHOUT.contains(c.op().getClass())) {
                Value[] none = {};
                assertThrows(IllegalStateException.class, () -> c.op().gradient(none, none, none), c::toString);
            }
        }
        List<OpCase> covered = cases().filter(OpCase::smooth).toList();
        cases().map(c -> c.op().getClass()).distinct().forEach(op -> {
            if (covered.stream().noneMatch(c -> c.op().getClass() == op && c.elements() <= LARGEST)) {
                throw new AssertionError(op + ": no case for finite differences");
            }
        });
    }
}
