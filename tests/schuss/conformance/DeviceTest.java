package schuss.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import schuss.Device;
import schuss.ops.Convolution;
import schuss.ops.FusedProduct;
import schuss.ops.MatMul;
import schuss.ops.Op;
import schuss.ops.Value;
import schuss.program.Step;

/** Every op, and every op of every gradient, on every native candidate against the reference. */
@Tag("conformance")
class DeviceTest {
    /** From here on kernels may share their work between threads; below, two threads are one. */
    private static final long SHARED_FROM = 8192;

    private static Machine reference;
    private static final List<Machine> machines = new ArrayList<>();

    @BeforeAll
    static void open() {
        reference = new Machine(Device.reference());
        for (int threads : new int[] {1, 2}) {
            for (Device.Provider provider : Device.Provider.values()) {
                machines.add(new Machine(Device.cpu(threads, provider)));
            }
        }
    }

    @AfterAll
    static void close() {
        machines.forEach(m -> m.device().close());
        machines.clear();
        reference.device().close();
    }

    @TestFactory
    Stream<DynamicTest> ops() {
        return OpCases.all().stream().map(c -> dynamicTest(c.toString(), () -> check(c, c.step(), c.values())));
    }

    @TestFactory
    Stream<DynamicTest> gradientOps() {
        return GradientTest.cases().map(c -> dynamicTest(c.toString(), () -> checkGradient(c)));
    }

    /** Each step of the gradient by itself, on what the reference made of the steps before, rounded. */
    private static void checkGradient(OpCase c) {
        OpCase.Gradient g = c.gradient();
        Map<Value, double[]> values = new HashMap<>();
        double[][] inputs = c.values();
        for (int i = 0; i < inputs.length; i++) {
            values.put(g.x()[i], inputs[i]);
        }
        Operand dy = c.exact()
                ? Operand.integers(g.y()[0].shape().dimensions())
                : Operand.normal(g.y()[0].shape().dimensions());
        values.put(g.dy()[0], dy.values(new Random(c.seed() + 1)));
        boolean first = true;
        for (Step step : g.steps().steps()) {
            double[][] x = step.inputs().stream().map(values::get).toArray(double[][]::new);
            double[][] y = reference.run(step, x);
            if (!first) {
                check(c, step, x);
            }
            first = false;
            for (int i = 0; i < y.length; i++) {
                values.put(step.outputs().get(i), rounded(y[i]));
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

    private static void check(OpCase c, Step step, double[][] x) {
        double[][] expected = reference.run(step, x);
        double[][] allowed = c.exact() ? null : new Bounds(reference).of(step, x, expected);
        double[][] before = null; // of the same provider with one thread
        for (Machine machine : machines) {
            if (!applies(step.op(), x, machine)) {
                continue;
            }
            String what = c + ", " + step.op().name() + " on "
                    + machine.device().describe() + ", " + machine.device().threads() + " thread(s)";
            double[][] actual = machine.run(step, x);
            for (int i = 0; i < expected.length; i++) {
                Comparison.check(what, expected[i], actual[i], allowed == null ? null : allowed[i]);
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

    private static boolean isProduct(Op op) {
        return op instanceof MatMul
                || op instanceof Convolution
                || op instanceof Convolution.DataGradient
                || op instanceof Convolution.WeightGradient
                || op instanceof FusedProduct;
    }

    /** Providers differ for products only, threads only where there is enough to share. */
    private static boolean applies(Op op, double[][] x, Machine machine) {
        long elements = 0;
        for (double[] input : x) {
            elements += input.length;
        }
        boolean openBlas = machines.indexOf(machine) % 2 == 1;
        return (machine.device().threads() == 1 || elements >= SHARED_FROM || op instanceof schuss.ops.Fill)
                && (!openBlas || isProduct(op));
    }
}
