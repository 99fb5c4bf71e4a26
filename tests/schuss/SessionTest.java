package schuss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.ir.Program;
import schuss.ir.ProgramBuilder;
import schuss.layers.Dense;
import schuss.layers.Network;
import schuss.layers.Sequential;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.trace.Mode;
import schuss.trace.Trace;

/** Programs of one's own, run by name. */
@Tag("device")
class SessionTest {
    private static Program sumOfSquares() {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", Type.f32(Shape.of(3)));
        builder.output("y", x.square().sum());
        return builder.build();
    }

    @Test
    void inputsGoInAndOutputsComeOutByName() {
        try (Device device = TestDevice.open();
                Session session = Session.of(device, sumOfSquares())) {
            assertEquals(14, session.set("x", 1f, 2f, 3f).run().number("y"));
            assertEquals(14, session.run().number("y")); // an input stays as it is
            assertEquals(
                    25,
                    session.set("x", Tensor.of(Shape.of(3), 3f, 4f, 0f)).run().number("y"));
            assertArrayEquals(new float[] {25}, session.floats("y"));
            assertEquals(Tensor.of(Shape.of(), 25f), session.get("y"));
        }
    }

    @Test
    void whatDoesNotFitIsNamed() {
        try (Device device = TestDevice.open();
                Session session = Session.of(device, sumOfSquares())) {
            assertEquals(
                    "input \"x\": expected 3 numbers f32(3), got 2 of type F32",
                    message(() -> session.set("x", 1f, 2f)));
            assertEquals(
                    "input \"x\": expected 3 numbers f32(3), got 3 of type I32",
                    message(() -> session.set("x", 1, 2, 3)));
            assertEquals("input: expected one of [x], got \"z\"", message(() -> session.set("z", 1f)));
            assertEquals("output: expected one of [y], got \"z\"", message(() -> session.floats("z")));
        }
    }

    private static String message(org.junit.jupiter.api.function.Executable action) {
        return assertThrows(IllegalArgumentException.class, action).getMessage();
    }

    @Test
    void slotsKeepTheirNumbersBetweenRuns() {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", Type.f32(Shape.of(2)));
        Value sum = builder.slot("sum", DType.F32, false, "so far", Shape.of(2)).add(x);
        builder.place(sum, new schuss.ir.Place("sum", "so far"));
        try (Device device = TestDevice.open();
                Session session = Session.of(device, builder.build())) {
            session.set("x", 1f, 2f).run().run();
            assertArrayEquals(new float[] {2, 4}, session.slot("sum", "so far"));
            session.setSlot("sum", "so far", 10, 20).run();
            assertArrayEquals(new float[] {11, 22}, session.slot("sum", "so far"));
        }
    }

    @Test
    void aClosedSessionSaysSo() {
        try (Device device = TestDevice.open()) {
            Session session = Session.of(device, sumOfSquares());
            session.close();
            assertEquals(
                    "Session: expected it open, got it closed",
                    assertThrows(IllegalStateException.class, session::run).getMessage());
            assertThrows(IllegalStateException.class, () -> session.run(step -> {}));
            assertThrows(IllegalStateException.class, () -> session.runHere(1));
            session.close();
            assertEquals(0, device.allocatedBytes());
        }
    }

    /** What is asked too early, of another type, or in the wrong order. */
    @Test
    void whatCannotBeIsSaid() {
        ProgramBuilder builder = new ProgramBuilder();
        Value count = builder.slot("count", new Type(DType.I32, Shape.of(2)));
        Value x = builder.input("x", Type.f32(Shape.of(2)));
        builder.output("sum", count.cast(DType.F32).add(x));
        try (Device device = TestDevice.open();
                Session session = Session.of(device, builder.build())) {
            assertThrows(IllegalStateException.class, () -> session.floats("sum"));
            assertThrows(IllegalStateException.class, session::runUpdate);
            assertEquals(
                    "slot \"count\": expected one of type F32, got I32",
                    message(() -> session.setSlot("count", "", 1, 2)));
            assertEquals("slot \"count\": expected one of type F32, got I32", message(() -> session.slot("count", "")));
            assertEquals(
                    "read: expected a value of type F32, got " + count,
                    message(() -> session.read(count, new float[2], 0, 2)));
        }
    }

    @Test
    void whatIsDoneBeforeRunsAddsUp() {
        try (Device device = TestDevice.open();
                Session session = Session.of(device, sumOfSquares())) {
            StringBuilder done = new StringBuilder();
            session.before(() -> done.append('a')).before(() -> done.append('b'));
            session.set("x", 1f, 2f, 3f).run().runBody();
            assertEquals("abab", done.toString());
        }
    }

    /** A kernel that is not there is what the caller hears of, and nothing is left behind. */
    @Test
    void aSessionThatCannotBeMadeSaysWhy() {
        ProgramBuilder builder = new ProgramBuilder();
        builder.output("y", Value.of(new ModelTest.Mystery(), builder.input("x", Type.f32(Shape.of(3)))));
        try (Device device = TestDevice.open()) {
            String message = assertThrows(RuntimeException.class, () -> Session.of(device, builder.build()))
                    .getMessage();
            assertTrue(message.contains("Mystery"), message);
            assertEquals(0, device.allocatedBytes());
        }
    }

    /** Sizes whose bytes no long can hold. */
    @Test
    void aShapeLargerThanAnyMemoryIsRefused() {
        assertTrue(message(() -> Shape.of(1 << 30, 1 << 30, 4)).contains("2^48"));
        assertTrue(message(() -> Shape.of(1 << 30, 1 << 30, 1 << 30)).contains("2^48"));
    }

    /** A program may name some of the model's tensors, in any order; they are not others than it names. */
    @Test
    void tensorsOfAModelAreFoundByName() {
        try (Device device = TestDevice.open();
                Model model = Model.create(Sequential.of(new Dense(3), new Dense(2)), Shape.of(4), device, 1)) {
            model.setParameter("1.dense/bias", new float[] {5, 6});
            Session session = model.session(reading("1.dense/bias", Shape.of(2)));
            assertArrayEquals(new float[] {10, 12}, session.run().floats("doubled"));
            session.setSlot("parameters", "1.dense/bias", 7, 8);
            assertArrayEquals(new float[] {7, 8}, model.parameter("1.dense/bias"));
            assertThrows(IllegalArgumentException.class, () -> model.session(reading("nonsense", Shape.of(2))));
            assertThrows(IllegalArgumentException.class, () -> model.session(reading("1.dense/bias", Shape.of(3))));
            model.close();
            for (org.junit.jupiter.api.function.Executable use : List.<org.junit.jupiter.api.function.Executable>of(
                    () -> session.slot("parameters", "1.dense/bias"),
                    () -> session.setSlot("parameters", "1.dense/bias", 1, 2),
                    session::run,
                    session::runBody,
                    () -> session.run(step -> {}),
                    () -> session.runHere(1))) {
                assertThrows(IllegalStateException.class, use);
            }
            session.close();
        }
    }

    private static Program reading(String name, Shape shape) {
        ProgramBuilder builder = new ProgramBuilder();
        builder.output(
                "doubled",
                builder.slot("parameters", DType.F32, true, name, shape).mul(2));
        return builder.build();
    }

    /** What is not one of the network's outputs can be computed all the same. */
    @Test
    void programsMayReadAModelsWeights() {
        try (Device device = TestDevice.open();
                Model model = Model.create(new Dense(2), Shape.of(3), device, 1)) {
            Spec input = new Spec("x", DType.F32, Shape.of(1, 3));
            Trace trace = Trace.of(Network.of(new Dense(2)), List.of(input), Mode.INFERENCE);
            Value y = trace.outputs().get(Network.OUTPUT);
            trace.output("doubled", y.mul(2));
            try (Session session = model.session(trace.program())) {
                float[] x = {1, 2, 3};
                float[] expected = model.predict(x);
                assertEquals(2 * expected[1], session.set("x", x).run().floats("doubled")[1]);
                model.setParameter("bias", 1, 1);
                assertEquals(2 * expected[1] + 2, session.run().floats("doubled")[1], 1e-6);
            }
        }
    }

    @Test
    void tensorsHoldWhatTheyWereGiven() {
        Tensor numbers = Tensor.of(Shape.of(2, 2), 1f, 2f, 3f, 4f);
        assertArrayEquals(new float[] {1, 2, 3, 4}, numbers.floats());
        assertArrayEquals(new int[] {7, 8}, Tensor.of(Shape.of(2), 7, 8).ints());
        assertEquals(DType.U8, Tensor.of(Shape.of(1), (byte) 200).dtype());
        assertEquals(numbers, Tensor.of(Shape.of(2, 2), 1f, 2f, 3f, 4f));
        assertTrue(!numbers.equals(Tensor.of(Shape.of(4), 1f, 2f, 3f, 4f)));
        assertEquals(
                "Tensor (3): expected 3 numbers, got 2",
                assertThrows(IllegalArgumentException.class, () -> Tensor.of(Shape.of(3), 1f, 2f))
                        .getMessage());
        assertThrows(IllegalStateException.class, numbers::ints);
    }

    /** Of a network with several inputs and outputs. */
    @Test
    void predictionsByName() {
        Network network = (scope, in) -> Map.of(
                "sum", in.get("a").add(in.get("b")),
                "product", in.get("a").mul(in.get("b")));
        List<Spec> inputs = List.of(new Spec("a", DType.F32, Shape.of(2)), new Spec("b", DType.F32, Shape.of(2)));
        try (Device device = TestDevice.open();
                Model model = Model.create(network, inputs, device, 1)) {
            Map<String, Tensor> results = model.predict(Map.of(
                    "a", Tensor.of(Shape.of(3, 2), 1f, 2f, 3f, 4f, 5f, 6f),
                    "b", Tensor.of(Shape.of(3, 2), 10f, 10f, 20f, 20f, 30f, 30f)));
            assertArrayEquals(
                    new float[] {11, 12, 23, 24, 35, 36}, results.get("sum").floats());
            assertArrayEquals(
                    new float[] {10, 20, 60, 80, 150, 180},
                    results.get("product").floats());
            assertEquals(
                    "predict: expected inputs [a, b], got [a]",
                    message(() -> model.predict(Map.of("a", Tensor.of(Shape.of(1, 2), 1f, 2f)))));
            assertEquals(
                    "predict: input \"b\": expected F32(1, 2), got F32(2, 2)",
                    message(() -> model.predict(Map.of(
                            "a", Tensor.of(Shape.of(1, 2), 1f, 2f),
                            "b", Tensor.of(Shape.of(2, 2), 1f, 2f, 3f, 4f)))));
            assertThrows(IllegalStateException.class, () -> model.predict(new float[4]));
        }
    }
}
