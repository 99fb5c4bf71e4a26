package schuss.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.DType;
import schuss.Device;
import schuss.Philox;
import schuss.Session;
import schuss.Shape;
import schuss.TestDevice;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.passes.Grad;
import schuss.passes.Tangent;

/** Recurrences by scan beside the same ones unrolled. */
@Tag("device")
public class ScanTest {
    private static final int TIME = 5;
    private static final int BATCH = 2;
    private static final int IN = 3;
    private static final int UNITS = 4;

    public static Stream<Device> devices() {
        return Stream.of(Device.reference(), TestDevice.open(), TestDevice.open(2));
    }

    private static Type type(int... extents) {
        return Type.f32(Shape.of(extents));
    }

    private static float[] numbers(int stream, int count) {
        float[] values = new float[count];
        new Philox(3, stream).normals(1, values);
        return values;
    }

    @ParameterizedTest
    @MethodSource("devices")
    void runningSumsFromBothEnds(Device device) {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", type(4, 2));
        Value zero = x.slice(0, 0, 1).reshape(Shape.of(2)).mul(0);
        Scan.Body sum = (carried, element) -> {
            Value next = carried[0].add(element[0]);
            return new Scan.Turn(List.of(next), List.of(next));
        };
        Scan.Results forward = Scan.over(List.of(x), List.of(zero), sum);
        Scan.Results backward = Scan.overReversed(List.of(x), List.of(zero), sum);
        builder.output("forward", forward.outputs().get(0));
        builder.output("last", forward.carried().get(0));
        builder.output("backward", backward.outputs().get(0));
        try (device;
                Session session = Session.of(device, builder.build())) {
            session.set("x", 1, 10, 2, 20, 3, 30, 4, 40f).run();
            assertArrayEquals(new float[] {1, 10, 3, 30, 6, 60, 10, 100}, session.floats("forward"));
            assertArrayEquals(new float[] {10, 100}, session.floats("last"));
            assertArrayEquals(new float[] {10, 100, 9, 90, 7, 70, 4, 40}, session.floats("backward"));
        }
    }

    /** h = tanh(x W + h U), put out each time together with its square; and the sum of all h. */
    private static Scan.Turn cell(Value[] carried, Value x, Value w, Value u) {
        Value h = x.matmul(w).add(carried[0].matmul(u)).tanh();
        return new Scan.Turn(List.of(h, carried[1].add(h)), List.of(h, h.square()));
    }

    private static Program recurrence(boolean scanned, boolean reverse) {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", type(TIME, BATCH, IN));
        Value w = builder.input("w", type(IN, UNITS));
        Value u = builder.input("u", type(UNITS, UNITS));
        Value h = builder.input("h", type(BATCH, UNITS));
        Value weights = builder.input("weights", type(TIME, BATCH, UNITS));
        List<Value> carried = List.of(h, h.mul(0.5));
        List<Value> results = new ArrayList<>();
        if (scanned) {
            Scan.Body body = (state, element) -> cell(state, element[0], w, u);
            Scan.Results scan =
                    reverse ? Scan.overReversed(List.of(x), carried, body) : Scan.over(List.of(x), carried, body);
            results.addAll(scan.outputs());
            results.addAll(scan.carried());
        } else {
            Value[] state = carried.toArray(Value[]::new);
            Value[][] made = new Value[2][TIME];
            for (int i = 0; i < TIME; i++) {
                int t = reverse ? TIME - 1 - i : i;
                Value element = x.slice(0, t, t + 1).reshape(Shape.of(BATCH, IN));
                Scan.Turn turn = cell(state, element, w, u);
                state = turn.carried().toArray(Value[]::new);
                for (int k = 0; k < 2; k++) {
                    made[k][t] = turn.outputs().get(k).reshape(Shape.of(1, BATCH, UNITS));
                }
            }
            results.add(Value.concat(0, made[0]));
            results.add(Value.concat(0, made[1]));
            results.addAll(List.of(state));
        }
        Value loss = results.get(0).mul(weights).sum();
        loss = loss.add(results.get(1).mul(0.3).sum());
        loss = loss.add(results.get(2).mul(0.7).sum())
                .add(results.get(3).square().sum());
        builder.output("loss", loss);
        for (int i = 0; i < results.size(); i++) {
            builder.output("result " + i, results.get(i));
        }
        Map<Value, Value> gradients = Grad.of(builder, loss, List.of(x, w, u, h));
        builder.output("dx", gradients.get(x));
        builder.output("dw", gradients.get(w));
        builder.output("du", gradients.get(u));
        builder.output("dh", gradients.get(h));
        // forward over reverse: the Hessian times a direction
        Value direction = builder.input("direction", w.type());
        Map<Value, Value> tangents = Tangent.of(builder, Map.of(w, direction));
        builder.output("loss changes", tangents.get(loss));
        builder.output("dw changes", tangents.get(gradients.get(w)));
        builder.output("dx changes", tangents.get(gradients.get(x)));
        // reverse over reverse, reverse over forward
        Value slope = gradients
                .get(w)
                .mul(direction)
                .sum()
                .add(gradients.get(x).square().sum());
        Map<Value, Value> second = Grad.of(builder, slope, List.of(w, u, h));
        builder.output("second w", second.get(w));
        builder.output("second u", second.get(u));
        builder.output("second h", second.get(h));
        builder.output(
                "gradient of change",
                Grad.of(builder, tangents.get(loss), List.of(u)).get(u));
        return builder.build();
    }

    private static Map<String, float[]> results(Device device, Program program) {
        Map<String, float[]> results = new java.util.TreeMap<>();
        try (Session session = Session.of(device, program)) {
            session.set("x", numbers(0, TIME * BATCH * IN))
                    .set("w", numbers(1, IN * UNITS))
                    .set("u", numbers(2, UNITS * UNITS))
                    .set("h", numbers(3, BATCH * UNITS))
                    .set("weights", numbers(4, TIME * BATCH * UNITS))
                    .set("direction", numbers(5, IN * UNITS))
                    .run();
            program.outputs().keySet().forEach(name -> results.put(name, session.floats(name)));
        }
        return results;
    }

    @ParameterizedTest
    @MethodSource("devices")
    void isTheUnrolledRecurrenceWithItsGradients(Device device) {
        try (device) {
            for (boolean reverse : new boolean[] {false, true}) {
                Map<String, float[]> scanned = results(device, recurrence(true, reverse));
                Map<String, float[]> unrolled = results(device, recurrence(false, reverse));
                double scale = largest(unrolled);
                assertEquals(unrolled.keySet(), scanned.keySet());
                unrolled.forEach((name, expected) -> {
                    float[] got = scanned.get(name);
                    for (int i = 0; i < expected.length; i++) {
                        // five steps of sums of a dozen products, added up in another order: some roundings of the
                        // largest number, 6e-8 of it each
                        assertEquals(expected[i], got[i], 1e-6 * scale, name + " " + i);
                    }
                });
            }
        }
    }

    /** A step that counts is differentiated too: the numbers it counts with have no derivative. */
    @ParameterizedTest
    @MethodSource("devices")
    void aCountIsCarriedAlong(Device device) {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", type(3));
        Value zero = builder.input("zero", type());
        Value none = builder.input("none", new Type(DType.I32, Shape.of()));
        // y = x0 + 2 x1^2 + 3 x2^3 by y += n x^n
        Scan.Results scan = Scan.over(List.of(x), List.of(zero, none), (carried, element) -> {
            Value n = carried[1].map(e -> e.add(1)).cast(DType.I32);
            Value real = n.cast(DType.F32);
            Value power = element[0].map(real, (a, b) -> a.pow(b));
            return new Scan.Turn(List.of(carried[0].add(real.mul(power)), n), List.of(n));
        });
        Value y = scan.carried().get(0);
        Value dx = Grad.of(builder, y, List.of(x)).get(x);
        builder.output("dx", dx);
        builder.output(
                "hv",
                Tangent.of(builder, Map.of(x, builder.input("v", type(3)))).get(dx));
        builder.output("dd", Grad.of(builder, dx, List.of(x)).get(x));
        try (device;
                Session session = Session.of(device, builder.build())) {
            session.set("x", 5, 3, 2f)
                    .set("v", 1, 1, 1f)
                    .set("zero", 0f)
                    .set("none", 0)
                    .run();
            assertArrayEquals(new float[] {1, 12, 36}, session.floats("dx"), 1e-4f);
            assertArrayEquals(new float[] {0, 4, 36}, session.floats("hv"), 1e-4f);
            assertArrayEquals(new float[] {0, 4, 36}, session.floats("dd"), 1e-4f);
        }
    }

    /** A step may go over a sequence from around it, with what only the step knows: a decoder that looks at all inputs. */
    @ParameterizedTest
    @MethodSource("devices")
    void aScanInsideAnotherUsesTheValuesOfBoth(Device device) {
        ProgramBuilder builder = new ProgramBuilder();
        Value keys = builder.input("keys", type(3));
        Value queries = builder.input("queries", type(2));
        Value zero = builder.input("zero", type());
        Scan.Results outer = Scan.over(List.of(queries), List.of(zero), (sum, query) -> {
            Scan.Results inner = Scan.over(
                    List.of(keys),
                    List.of(zero),
                    (weighted, key) -> new Scan.Turn(
                            List.of(weighted[0].add(key[0].mul(query[0]).square())), List.of()));
            return new Scan.Turn(List.of(sum[0].add(inner.carried().get(0))), inner.carried());
        });
        builder.output("each", outer.outputs().get(0));
        builder.output(
                "dk", Grad.of(builder, outer.carried().get(0), List.of(keys)).get(keys));
        try (device;
                Session session = Session.of(device, builder.build())) {
            session.set("keys", 1, 2, 3f).set("queries", 1, 10f).set("zero", 0f).run();
            assertArrayEquals(new float[] {14, 1400}, session.floats("each"));
            assertArrayEquals(new float[] {202, 404, 606}, session.floats("dk")); // 2 k (1 + 100)
        }
    }

    private static double largest(Map<String, float[]> results) {
        double largest = 0;
        for (float[] values : results.values()) {
            for (float value : values) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        return largest;
    }

    /** What is put out but not read is neither kept nor computed. */
    @Test
    void aScanThatIsNotDifferentiatedKeepsNothingForIt() {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", type(100, 10));
        Scan.Results sums = Scan.over(
                List.of(x),
                List.of(x.slice(0, 0, 1).reshape(Shape.of(10))),
                (carried, element) -> new Scan.Turn(
                        List.of(carried[0].add(element[0])), List.of(element[0].exp(), carried[0].tanh())));
        builder.output("last", sums.carried().get(0));
        Program program = schuss.passes.Passes.optimize(builder.build(), schuss.passes.Capabilities.NONE);
        Step scan = program.steps().stream()
                .filter(step -> step.op() instanceof Scan)
                .findFirst()
                .orElseThrow();
        assertEquals(1, scan.outputs().size());
        assertEquals(1, ((Scan) scan.op()).body().steps().size());
    }

    @Test
    void whatDoesNotFitIsNamed() {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", type(4, 2));
        Value y = builder.input("y", type(3, 2));
        Value zero = builder.input("zero", type(2));
        Scan.Body body = (carried, element) -> new Scan.Turn(List.of(element[0].sum()), List.of());
        String message = assertThrows(IllegalArgumentException.class, () -> Scan.over(List.of(x), List.of(zero), body))
                .getMessage();
        assertEquals("Scan: expected the step to carry on [f32(2)], got [f32()]", message);
        Scan.Body two = (carried, element) -> new Scan.Turn(List.of(carried[0], element[0]), List.of());
        assertEquals(
                "Scan: expected the step to carry on [f32(2)], got [f32(2), f32(2)]",
                assertThrows(IllegalArgumentException.class, () -> Scan.over(List.of(x), List.of(zero), two))
                        .getMessage());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Scan.over(List.of(x, y), List.of(), body))
                .getMessage()
                .startsWith("Scan: expected sequences of one length"));
    }
}
