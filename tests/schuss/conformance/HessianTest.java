package schuss.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Philox;
import schuss.Spec;
import schuss.ir.Place;
import schuss.ir.Program;
import schuss.ir.ProgramBuilder;
import schuss.layers.Network;
import schuss.layers.Parameter;
import schuss.losses.Objective;
import schuss.ops.Value;
import schuss.passes.Grad;
import schuss.passes.Tangent;
import schuss.trace.Goal;
import schuss.trace.Mode;
import schuss.trace.Slots;
import schuss.trace.Trace;

/**
 * The Hessian H of networks that nobody would design, times a direction u in the space of parameters and input, in double on
 * the reference: forward over reverse is the tangent of the gradient g, reverse over reverse the gradient of sum(g * u).
 */
class HessianTest {
    private static final int NETWORKS = 200;

    /** Two ways through some hundred steps that round at 1e-16 of numbers of which a few cancel. */
    private static final double ROUNDING = 1e-10;

    /** h^2 / 6 times the gradient's third derivative along a direction as long as the root of its some hundred numbers. */
    private static final double TOLERANCE = 1e-5;

    /** A loss, and all that it is differentiated with respect to, with numbers. */
    private record Traced(Calculation calculation, Value loss, List<Value> x) {}

    private static Traced trace(RandomNetwork network, Machine reference) {
        Trace trace = Trace.of(Network.of(network), List.of(network.input()), new Mode(true, true, false));
        Spec target = new Spec(
                Objective.TARGET, network.target().dtype(), network.target().shape());
        trace.losses(new Goal(List.of(Objective.of(network.loss())), List.of()), List.of(target), false);
        Program program = trace.program();
        Calculation calculation = new Calculation(reference, ProgramBuilder.of(program), network.seed());
        Value input = program.input(network.input().name());
        calculation.set(input, doubles(network.inputs()));
        calculation.set(program.input(target.name()), network.targets());
        List<Value> x = new ArrayList<>(List.of(input));
        int stream = 0;
        for (Map.Entry<Value, Place> placed : program.places().entrySet()) {
            String slot = placed.getValue().slot();
            if (slot.equals(Slots.RANDOM)) {
                calculation.set(placed.getKey(), new double[] {network.seed(), 1});
            } else if (slot.equals(Slots.PARAMETERS)) {
                Parameter parameter = trace.declarations().get(placed.getValue().entry());
                calculation.set(placed.getKey(), drawn(parameter, stream++));
                x.add(placed.getKey());
            }
        }
        return new Traced(calculation, program.output(Trace.LOSS), x);
    }

    /** As a new model has it, but away from zero biases, which put ReLU on its kink where the input is 0. */
    private static double[] drawn(Parameter parameter, int stream) {
        float[] initial = new float[Math.toIntExact(parameter.shape().size())];
        parameter.initializer().initialize(parameter.shape(), new Philox(7, stream), initial);
        Philox away = new Philox(8, stream);
        double[] values = doubles(initial);
        for (int i = 0; i < values.length; i++) {
            values[i] += 0.05 * away.normal(i);
        }
        return values;
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    @Test
    void hessiansOfWholeNetworks() {
        try (Device device = Device.reference()) {
            Machine reference = new Machine(device);
            for (long seed = 0; seed < NETWORKS; seed++) {
                RandomNetwork network = new RandomNetwork(seed);
                Traced traced = trace(network, reference);
                try {
                    check(traced);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError(
                            network + ": " + e.getMessage() + "\n"
                                    + traced.calculation().builder().build(),
                            e);
                }
            }
        }
    }

    private static void check(Traced traced) {
        Calculation calculation = traced.calculation();
        ProgramBuilder builder = calculation.builder();
        Map<Value, Value> u = calculation.directions(traced.x());
        Map<Value, Value> g = Grad.of(builder, traced.loss(), traced.x());
        Map<Value, Value> forward = Tangent.of(builder, u);
        Map<Value, Value> factors = new HashMap<>();
        u.forEach((x, direction) -> {
            if (g.containsKey(x)) {
                factors.merge(g.get(x), direction, Value::add); // two parameters may have one gradient
            }
        });
        Map<Value, Value> reverse = Grad.of(builder, factors, traced.x());

        Map<Value, double[]> here = calculation.run();
        Calculation.Sum slope = Calculation.product(u, g, here);
        double tangent = here.get(forward.get(traced.loss()))[0];
        assertEquals(slope.sum(), tangent, ROUNDING * Math.max(1, slope.magnitude()), "slope of the loss");

        Map<Value, double[]> above = calculation.run(u, Calculation.H);
        Map<Value, double[]> below = calculation.run(u, -Calculation.H);
        double scale = largest(traced.x(), forward, g, here);
        for (Value x : traced.x()) {
            double[] product = Calculation.orZero(forward.get(g.get(x)), here, x);
            double[] transposed = Calculation.orZero(reverse.get(x), here, x);
            for (int i = 0; i < product.length; i++) {
                String what = "H u of " + x + " " + i;
                assertEquals(product[i], transposed[i], ROUNDING * scale, what + " in reverse");
                if (g.containsKey(x)) {
                    double up = above.get(g.get(x))[i];
                    double down = below.get(g.get(x))[i];
                    // 1e-5 of the curvature, or a kink in between
                    double bend = Math.abs(up - 2 * here.get(g.get(x))[i] + down) / Calculation.H;
                    double numeric = (up - down) / (2 * Calculation.H);
                    assertEquals(numeric, product[i], TOLERANCE * scale + bend, what + " by differences");
                }
            }
        }
    }

    private static double largest(
            List<Value> of, Map<Value, Value> forward, Map<Value, Value> g, Map<Value, double[]> results) {
        double largest = 1;
        for (Value x : of) {
            for (double value : Calculation.orZero(forward.get(g.get(x)), results, x)) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        return largest;
    }
}
