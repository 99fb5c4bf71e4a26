package schuss.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Shape;
import schuss.ir.ProgramBuilder;
import schuss.ir.Section;
import schuss.ops.Expression;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.passes.Grad;
import schuss.passes.Tangent;

/**
 * The example that lectures on automatic differentiation work by hand: the logistic loss log(1 + exp(-y w x)) at x = 3, y = 1
 * and w = 3, function by function. Its slope in w is -x y / (1 + exp(y w x)) = -0.000370183728.
 */
class WorkedExampleTest {
    private static final double SLOPE = -0.000370183728;
    private static final double DIGITS = 5e-13; // what the lecture rounds to

    /** Some six functions in single precision, each good to 2 units of 2^-24; 1 + exp(-9) rounds at 2^-24 of 1. */
    private static final double SINGLE = 12 * 0x1p-24;

    /** The loss, and how it depends on w. */
    private static final class Example {
        private static final Type NUMBER = Type.f32(Shape.of());

        final ProgramBuilder builder = new ProgramBuilder();
        final Value x = builder.input("x", NUMBER);
        final Value y = builder.input("y", NUMBER);
        final Value w = builder.input("w", NUMBER);
        final Value loss = y.mul(w.mul(x)).neg().exp().map(e -> e.add(1)).map(Expression::log);

        double run(Device device, Value result) {
            double[] three = {3};
            double[] one = {1};
            Map<Value, double[]> inputs = Map.of(x, three, y, one, w, three, dw(), one);
            return new Machine(device).run(builder.steps(Section.BODY), inputs).get(result)[0];
        }

        Value dw() {
            return builder.input("dw", NUMBER);
        }
    }

    private static double reverse(Device device) {
        Example example = new Example();
        return example.run(
                device,
                Grad.of(example.builder, example.loss, List.of(example.w)).get(example.w));
    }

    private static double forward(Device device) {
        Example example = new Example();
        return example.run(
                device,
                Tangent.of(example.builder, Map.of(example.w, example.dw())).get(example.loss));
    }

    private static void check(Device device, double tolerance) {
        for (ToDoubleFunction<Device> mode :
                List.<ToDoubleFunction<Device>>of(WorkedExampleTest::reverse, WorkedExampleTest::forward)) {
            assertEquals(SLOPE, mode.applyAsDouble(device), tolerance);
        }
    }

    @Test
    void theReferenceFindsTheLecturesSlope() {
        try (Device device = Device.reference()) {
            check(device, DIGITS);
        }
    }

    @Test
    void theProcessorFindsItInSinglePrecision() {
        try (Device device = Device.cpu(1)) {
            check(device, SINGLE * Math.abs(SLOPE) + DIGITS);
        }
    }
}
