package schuss.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.Device;
import schuss.Shape;
import schuss.TestDevice;
import schuss.backend.kernels.BFloat16;
import schuss.internal.Inside;
import schuss.ir.Program;
import schuss.ir.ProgramBuilder;
import schuss.ops.Literal;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.passes.Passes;

/** A program of many types, as a whole: what lies in the arena, in slots and at its ends. */
@Tag("device")
class TypedProgramTest {
    private static final int BATCH = 2;
    private static final int HEADS = 3;
    private static final int WORDS = 5;
    private static final int WIDTH = 4;
    private static final int VOCABULARY = 11;

    /** Attention of word vectors to themselves: no word sees a later one, and none sees padding. */
    private static Program attention() {
        ProgramBuilder builder = new ProgramBuilder();
        Value tokens = builder.input("tokens", new Type(DType.I64, Shape.of(BATCH, WORDS)));
        Value table = builder.slot("table", DType.BF16, true, "table", Shape.of(VOCABULARY, WIDTH));
        Value heads = builder.slot("heads", DType.F32, true, "w", Shape.of(HEADS, WIDTH, WIDTH));
        Value padding = builder.constant(Literal.of(Shape.of(), 1L << 40));
        Value known = tokens.notEqual(padding);
        Value zero = builder.constant(Literal.of(Shape.of(), 0L));
        Value words = table.cast(DType.F32).gather(Value.where(known, tokens, zero)); // (batch, words, width)
        Value x = words.reshape(Shape.of(BATCH, 1, WORDS, WIDTH)).matmul(heads);
        Value scores = x.matmul(x.transpose(0, 1, 3, 2)); // (batch, heads, words, words)
        Shape square = Shape.of(WORDS, WORDS);
        Value earlier = builder.iota(square, 0, DType.I32).greaterEqual(builder.iota(square, -1, DType.I32));
        Value real = known.reshape(Shape.of(BATCH, 1, 1, WORDS));
        Value seen = earlier.and(real);
        Value far = builder.constant(Literal.of(Shape.of(), -1e9f));
        Value attended = Value.where(seen, scores, far).softmax().matmul(x);
        builder.output("y", attended);
        builder.output("coarse", attended.cast(DType.BF16));
        builder.output("seen", seen);
        builder.output("next", tokens.add(builder.constant(Literal.of(Shape.of(), 1L))));
        builder.output("count", seen.cast(DType.F32).sum().cast(DType.I32));
        return builder.build();
    }

    private static Map<String, double[]> numbers() {
        Random random = new Random(5);
        double[] tokens =
                random.ints(BATCH * WORDS, 0, VOCABULARY).asDoubleStream().toArray();
        tokens[4] = 1L << 40; // padding
        double[] table = new double[64];
        Arrays.setAll(table, i -> BFloat16.round((float) random.nextGaussian()));
        double[] heads = new double[64];
        Arrays.setAll(heads, i -> (float) random.nextGaussian());
        return Map.of("tokens", tokens, "table", table, "heads", heads);
    }

    @Test
    void devicesAgreeWithTheReference() {
        Map<String, double[]> given = numbers();
        try (Device device = TestDevice.open();
                Device reference = Device.reference()) {
            Map<String, double[]> expected = Evaluation.of(attention(), reference, given);
            Program compiled = Passes.optimize(
                    attention(), Inside.of(device, Backend.class).abilities(device.threads()));
            Map<String, double[]> actual = Evaluation.of(compiled, device, given);
            for (String exact : new String[] {"seen", "next", "count"}) {
                assertArrayEquals(expected.get(exact), actual.get(exact), exact);
            }
            assertEquals((1L << 40) + 1.0, actual.get("next")[4]);
            double[] y = expected.get("y");
            for (int i = 0; i < y.length; i++) {
                assertEquals(y[i], actual.get("y")[i], 1e-4, "y " + i);
                double rounded = BFloat16.round((float) actual.get("y")[i]);
                assertEquals(rounded, actual.get("coarse")[i], "coarse " + i);
            }
        }
    }
}
