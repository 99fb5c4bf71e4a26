package schuss.passes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.Device;
import schuss.Shape;
import schuss.backend.Backend;
import schuss.backend.Evaluation;
import schuss.backend.kernels.BFloat16;
import schuss.internal.Inside;
import schuss.ir.Program;
import schuss.ir.ProgramBuilder;
import schuss.ir.Section;
import schuss.ir.Step;
import schuss.ops.Cast;
import schuss.ops.Convolution;
import schuss.ops.MatMul;
import schuss.ops.Type;
import schuss.ops.Value;

/** Products in bf16, against the same computation by hand, rounded where a narrower type rounds. */
class PrecisionTest {
    private static final int ROWS = 3;
    private static final int IN = 5;
    private static final int HIDDEN = 4;
    private static final int OUT = 2;

    /** y = relu(x w1) w2 with the gradients of sum(y * y). */
    private static Program network() {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", Type.f32(Shape.of(ROWS, IN)));
        Value w1 = builder.slot("w1", DType.F32, true, "w", Shape.of(IN, HIDDEN));
        Value w2 = builder.slot("w2", DType.F32, true, "w", Shape.of(HIDDEN, OUT));
        builder.enter("0.dense");
        Value hidden = x.matmul(w1).relu();
        builder.enter("1.dense");
        Value y = hidden.matmul(w2);
        Map<Value, Value> gradients = Grad.of(builder, y.square().sum(), List.of(w1, w2));
        builder.output("y", y);
        builder.output("dw1", gradients.get(w1));
        builder.output("dw2", gradients.get(w2));
        return builder.build();
    }

    private static double[] numbers(int count, long seed) {
        Random random = new Random(seed);
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private static Map<String, double[]> inputs() {
        return Map.of("x", numbers(ROWS * IN, 1), "w1", numbers(64, 2), "w2", numbers(64, 3));
    }

    private static double half(double x) {
        return BFloat16.round((float) x);
    }

    /** a (m, k) times b (k, n), operands and result rounded. */
    private static double[] product(double[] a, double[] b, int m, int k, int n) {
        double[] y = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int l = 0; l < k; l++) {
                    sum += half(a[i * k + l]) * half(b[l * n + j]);
                }
                y[i * n + j] = half(sum);
            }
        }
        return y;
    }

    private static double[] transposed(double[] x, int rows, int columns) {
        double[] y = new double[rows * columns];
        for (int i = 0; i < rows * columns; i++) {
            y[i % columns * rows + i / columns] = x[i];
        }
        return y;
    }

    @Test
    void resultsAreThoseOfRoundingByHand() {
        Map<String, double[]> given = inputs();
        double[] w2 = Arrays.copyOf(given.get("w2"), HIDDEN * OUT);
        double[] before = product(given.get("x"), given.get("w1"), ROWS, IN, HIDDEN);
        double[] hidden = Arrays.stream(before).map(v -> Math.max(v, 0)).toArray();
        double[] y = product(hidden, w2, ROWS, HIDDEN, OUT);
        double[] dy = Arrays.stream(y).map(v -> 2 * v).toArray();
        double[] dHidden = product(dy, transposed(w2, HIDDEN, OUT), ROWS, OUT, HIDDEN);
        Arrays.setAll(dHidden, i -> before[i] > 0 ? dHidden[i] : 0);
        double[] dw1 = product(transposed(given.get("x"), ROWS, IN), dHidden, IN, ROWS, HIDDEN);
        double[] dw2 = product(transposed(hidden, ROWS, HIDDEN), dy, HIDDEN, ROWS, OUT);

        Program narrow = Precision.of(network(), DType.BF16);
        try (Device reference = Device.reference()) {
            for (Program program : List.of(narrow, Passes.optimize(narrow, Capabilities.NONE))) {
                Map<String, double[]> results = Evaluation.of(program, reference, given);
                assertArrayEquals(y, results.get("y"));
                assertArrayEquals(dw1, results.get("dw1"));
                assertArrayEquals(dw2, results.get("dw2"));
            }
        }
    }

    /** Forward and backward share them, and nothing in the body makes them again. */
    @Test
    void copiesOfParametersAreDerivedOnce() {
        Program program = Passes.optimize(Precision.of(network(), DType.BF16), Capabilities.NONE);
        List<Step> derived = program.steps().stream()
                .filter(step -> step.section() == Section.DERIVE)
                .toList();
        assertEquals(
                Set.of("w1", "w2"),
                derived.stream()
                        .map(step -> program.places().get(step.inputs().get(0)).slot())
                        .collect(Collectors.toSet()));
        assertEquals(2, derived.size());
        assertTrue(derived.stream().allMatch(step -> step.op().equals(new Cast(DType.BF16))), program::toString);
    }

    @Test
    void allElseStaysInSingles() {
        Program program = network();
        Program narrow = Precision.of(program, DType.BF16);
        assertEquals(program.outputs(), narrow.outputs());
        assertEquals(program.places(), narrow.places());
        for (Step step : narrow.steps()) {
            boolean product = step.op() instanceof MatMul;
            boolean cast = step.op() instanceof Cast;
            assertTrue(
                    cast || step.inputTypes().stream().allMatch(t -> t.dtype() == (product ? DType.BF16 : DType.F32)),
                    step::toString);
        }
        assertSame(program, Precision.of(program, DType.F32));
        assertEquals(narrow, Precision.of(narrow, DType.BF16));
    }

    @Test
    void convolutionsAndTheirGradientsAreProductsToo() {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", Type.f32(Shape.of(2, 5, 5, 3)));
        Value w = builder.slot("w", DType.F32, true, "w", Shape.of(3, 3, 3, 4));
        Value y = Value.of(new Convolution(1, 1, 1, 1, 1, 1, 1, 1, 1), x, w);
        Map<Value, Value> gradients = Grad.of(builder, y.square().sum(), List.of(x, w));
        builder.output("dx", gradients.get(x));
        builder.output("dw", gradients.get(w));
        Program narrow = Precision.of(builder.build(), DType.BF16);
        List<Step> products = narrow.steps().stream()
                .filter(step -> step.op().name().startsWith("Convolution"))
                .toList();
        assertEquals(3, products.size());
        assertTrue(
                products.stream()
                        .flatMap(step -> step.inputTypes().stream())
                        .allMatch(type -> type.dtype() == DType.BF16),
                narrow::toString);
        assertEquals(DType.F32, narrow.output("dw").dtype());
    }

    @Test
    void aBackendWithoutSuchKernelsSaysSoBeforeItRuns() {
        Program narrow = Precision.of(network(), DType.BF16);
        try (Device cpu = Device.cpu(1)) {
            Program program =
                    Passes.optimize(narrow, Inside.of(cpu, Backend.class).abilities(1));
            String message = assertThrows(IllegalStateException.class, () -> Evaluation.of(program, cpu, inputs()))
                    .getMessage();
            assertEquals(
                    "no kernel: expected the cpu backend to have one for MatMul \"0.dense\" of (bf16, bf16), got kernels"
                            + " for (f32, f32)",
                    message);
        }
    }
}
