package schuss.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import schuss.Device;
import schuss.ops.Composite;
import schuss.ops.Value;
import schuss.passes.Grad;
import schuss.passes.Tangent;

/** The tangent of every op, in double on the reference, in a direction that is drawn. */
class TangentTest {
    /** Both sides are some ten products and sums of at most 4000 numbers that round at 1e-16 of the largest terms. */
    private static final double ROUNDING = 1e-12;

    private static Stream<DynamicTest> forEachCase(Consumer<Calculation.OfOp> check) {
        Machine reference = new Machine(Device.reference());
        return GradientTest.smoothCases()
                .map(c -> dynamicTest(c.toString(), () -> check.accept(Calculation.of(c, reference))))
                .onClose(() -> reference.device().close());
    }

    @TestFactory
    Stream<DynamicTest> tangentsMatchFiniteDifferences() {
        return forEachCase(op -> {
            Calculation calculation = op.calculation();
            Map<Value, Value> dx = calculation.directions(op.reals());
            Map<Value, Value> tangents = Tangent.of(calculation.builder(), dx);
            Map<Value, double[]> results = calculation.run();
            Map<Value, double[]> above = calculation.run(dx, Calculation.H);
            Map<Value, double[]> below = calculation.run(dx, -Calculation.H);
            for (Value y : op.realOutputs()) {
                double[] numeric = Calculation.difference(above.get(y), below.get(y));
                Calculation.compare(
                        "tangent of " + y,
                        numeric,
                        Calculation.orZero(tangents.get(y), results, y),
                        GradientTest.TOLERANCE);
            }
        });
    }

    /** Where some inputs do not change the rest is as it was: tangents in each input's direction add up. */
    @TestFactory
    Stream<DynamicTest> tangentsAddUp() {
        return forEachCase(op -> {
            Map<Value, double[]> all = tangents(op, op.reals());
            Map<Value, double[]> sums = tangents(op.again(), List.of());
            for (Value x : op.reals()) {
                tangents(op.again(), List.of(x)).forEach((y, part) -> sums.merge(y, part, TangentTest::plus));
            }
            all.forEach((y, tangent) -> Calculation.compare("sum for " + y, sums.get(y), tangent, ROUNDING));
        });
    }

    /** Of the real outputs, where these inputs change and others stay. */
    private static Map<Value, double[]> tangents(Calculation.OfOp op, List<Value> changing) {
        Calculation calculation = op.calculation();
        Map<Value, Value> dx = new HashMap<>(calculation.directions(op.reals()));
        dx.keySet().retainAll(changing);
        Map<Value, Value> tangents = Tangent.of(calculation.builder(), dx);
        Map<Value, double[]> results = calculation.run();
        return op.realOutputs().stream()
                .collect(Collectors.toMap(y -> y, y -> Calculation.orZero(tangents.get(y), results, y)));
    }

    private static double[] plus(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] + b[i]).toArray();
    }

    /** The sum of dy * (J dx) is that of (J' dy) * dx, with J' dy by the gradient. */
    @TestFactory
    Stream<DynamicTest> bothModesAgree() {
        return forEachCase(op -> {
            Calculation calculation = op.calculation();
            Map<Value, Value> dx = calculation.directions(op.reals());
            Map<Value, Value> dy = calculation.directions(op.realOutputs());
            Map<Value, Value> tangents = Tangent.of(calculation.builder(), dx);
            Map<Value, Value> gradients = Grad.of(calculation.builder(), dy, op.reals());
            Map<Value, double[]> results = calculation.run();
            Calculation.Sum forward = Calculation.product(dy, tangents, results);
            Calculation.Sum reverse = Calculation.product(dx, gradients, results);
            double scale = Math.max(forward.magnitude(), reverse.magnitude());
            assertEquals(forward.sum(), reverse.sum(), ROUNDING * scale + Double.MIN_VALUE);
        });
    }

    /** What a composite op's formula makes is what the op makes. */
    @TestFactory
    Stream<DynamicTest> formulasMakeWhatTheOpMakes() {
        Machine reference = new Machine(Device.reference());
        return OpCases.chosen().stream()
                .filter(c -> c.op() instanceof Composite && c.smooth())
                .map(c -> dynamicTest(c.toString(), () -> {
                    Calculation.OfOp op = Calculation.of(c, reference);
                    List<Value> formula = ((Composite) c.op()).formula(op.x().toArray(Value[]::new));
                    Map<Value, double[]> results = op.calculation().run();
                    for (int i = 0; i < formula.size(); i++) {
                        Calculation.compare(
                                "output " + i, results.get(op.y().get(i)), results.get(formula.get(i)), ROUNDING);
                    }
                }))
                .onClose(() -> reference.device().close());
    }
}
