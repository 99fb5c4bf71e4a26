package schuss.conformance;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import schuss.Device;
import schuss.ops.Value;
import schuss.passes.Grad;
import schuss.passes.Tangent;

/**
 * The second derivatives of every op, in double on the reference. Of f(x) = sum(dy * y) with the gradient g and the Hessian
 * H: H times a direction u is the tangent of g, by finite differences too, and the gradient of sum(g * u), for H is
 * symmetric. The gradient of that sum with respect to dy is the tangent of y.
 */
class SecondDerivativeTest {
    /** As {@link GradientTest#TOLERANCE}, for gradients, which bend more than what they are gradients of. */
    private static final double TOLERANCE = 1e-5;

    /** Two ways through some tens of products and sums, which round at 1e-16 of numbers that may cancel. */
    private static final double ROUNDING = 1e-11;

    @TestFactory
    Stream<DynamicTest> hessiansTimesADirection() {
        Machine reference = new Machine(Device.reference());
        return GradientTest.smoothCases()
                .map(c -> dynamicTest(c.toString(), () -> check(Calculation.of(c, reference))))
                .onClose(() -> reference.device().close());
    }

    private static void check(Calculation.OfOp op) {
        Calculation calculation = op.calculation();
        Map<Value, Value> u = calculation.directions(op.reals());
        Map<Value, Value> dy = calculation.directions(op.realOutputs());
        Map<Value, Value> g = Grad.of(calculation.builder(), dy, op.reals());
        Map<Value, Value> forward = Tangent.of(calculation.builder(), u);
        Map<Value, Value> factors = new HashMap<>();
        u.forEach((x, direction) -> {
            if (g.containsKey(x)) {
                factors.merge(g.get(x), direction, Value::add); // gradients of a sum's terms are one value
            }
        });
        List<Value> all = new ArrayList<>(op.reals());
        all.addAll(dy.values());
        Map<Value, Value> reverse = Grad.of(calculation.builder(), factors, all);

        Map<Value, double[]> results = calculation.run();
        Map<Value, double[]> above = calculation.run(u, Calculation.H);
        Map<Value, double[]> below = calculation.run(u, -Calculation.H);
        for (Value x : op.reals()) {
            double[] product = Calculation.orZero(forward.get(g.get(x)), results, x);
            if (g.containsKey(x)) {
                double[] numeric = Calculation.difference(above.get(g.get(x)), below.get(g.get(x)));
                Calculation.compare("H u for " + x, numeric, product, TOLERANCE);
            }
            double[] transposed = Calculation.orZero(reverse.get(x), results, x);
            Calculation.compare("gradient of sum(g u) for " + x, product, transposed, ROUNDING);
        }
        dy.forEach((y, factor) -> {
            double[] tangent = Calculation.orZero(forward.get(y), results, y);
            double[] transposed = Calculation.orZero(reverse.get(factor), results, y);
            Calculation.compare("tangent of " + y, tangent, transposed, ROUNDING);
        });
    }
}
