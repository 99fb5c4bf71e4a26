package schuss.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.TestDevice;

/** Layers that choose, join, skip and share, with weights and results worked out by hand. */
@Tag("device")
final class ShapeLayerTest {
    private static void onBoth(Layer layer, Spec input, Consumer<Model> test) {
        try (Device cpu = TestDevice.open();
                Device reference = Device.reference()) {
            for (Device device : List.of(cpu, reference)) {
                try (Model model = Model.create(layer, input, device, 1)) {
                    test.accept(model);
                }
            }
        }
    }

    private static void onBoth(Layer layer, Shape input, Consumer<Model> test) {
        onBoth(layer, new Spec("input", DType.F32, input), test);
    }

    private static void refused(Executable action, String... parts) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private static void refused(Layer layer, Shape input, String... parts) {
        try (Device device = Device.reference()) {
            refused(() -> Model.create(layer, input, device, 1).close(), parts);
        }
    }

    @Test
    void anEmbeddingLooksUpRows() {
        Spec words = new Spec("words", DType.I32, Shape.of(2));
        onBoth(new Embedding(3, 2), words, model -> {
            model.setParameter("weight", 1, 2, 3, 4, 5, 6);
            assertArrayEquals(new float[] {5, 6, 1, 2}, model.predict(new int[] {2, 0}));
            assertArrayEquals(new float[] {3, 4, 3, 4, 1, 2, 5, 6}, model.predict(new int[] {1, 1, 0, 2}));
            refused(() -> model.predict(new int[] {3, 0}), "words", "index 3 of example 0, expected 0 to 2");
            refused(() -> model.predict(new int[] {0, 1, 0, -1}), "words", "index -1 of example 1");
            refused(() -> model.predict(new int[] {Integer.MIN_VALUE, 0}), "index -2147483648");
            refused(() -> model.predict(new float[2]), "I32", "F32");
            refused(() -> model.predict(new int[3]), "2", "3");
        });
    }

    @Test
    void anEmbeddingsRowsBeginWithLengthOne() {
        try (Device device = TestDevice.open();
                Model model =
                        Model.create(new Embedding(1000, 64), new Spec("words", DType.I32, Shape.of(1)), device, 1)) {
            double squares = 0;
            for (float w : model.parameter("weight")) {
                squares += (double) w * w;
            }
            assertEquals(1, squares / 1000, 5 * Math.sqrt(2.0 / 64_000)); // five deviations of a mean of squares
        }
    }

    @Test
    void maxoutTakesTheLargestPiece() {
        // |x0| and max(x0 + x1, 1)
        onBoth(new Maxout(2, 2), Shape.of(2), model -> {
            model.setParameter("weight", 1, 1, -1, 0, 0, 1, 0, 0);
            model.setParameter("bias", 0, 0, 0, 1);
            assertArrayEquals(new float[] {3, 2, 4, 1}, model.predict(new float[] {3, -1, -4, 2}));
        });
    }

    @Test
    void preluHasASlopeForEachChannel() {
        onBoth(new PRelu(), Shape.of(2, 3), model -> {
            float[] x = {-4, -4, -4, 4, 0, -2};
            assertArrayEquals(new float[] {-1, -1, -1, 4, 0, -0.5f}, model.predict(x));
            model.setParameter("slope", 0, 2, -1);
            assertArrayEquals(new float[] {0, -8, 4, 4, 0, 2}, model.predict(x), Float.MIN_VALUE); // or -0
            assertEquals(Parameter.Role.BIAS, model.declarations().get("slope").role());
        });
    }

    @Test
    void aResidualAddsWhatItLeadsPast() {
        onBoth(new Residual(new Dense(2)), Shape.of(2), model -> {
            model.setParameter("inner/weight", 1, 2, 3, 4);
            model.setParameter("inner/bias", 10, 20);
            assertArrayEquals(new float[] {15, 27}, model.predict(new float[] {1, 1}));
        });
        onBoth(
                new Residual(new Relu(), new Tanh()),
                Shape.of(1),
                model -> assertArrayEquals(
                        new float[] {(float) (Math.tanh(2) + 2), (float) Math.tanh(-1)},
                        model.predict(new float[] {2, -1}),
                        1e-6f));
        refused(new Residual(new Dense(3)), Shape.of(2), "(1, 2)", "(1, 3)", "shortcut");
        refused(new Residual(new Dense(3), new Dense(4)), Shape.of(2), "(1, 4)", "(1, 3)");
    }

    @Test
    void branchesFollowEachOtherInTheLastAxis() {
        Layer negated = (scope, x) -> x.neg();
        onBoth(
                Concatenate.of(new Relu(), negated),
                Shape.of(2, 2),
                model -> assertArrayEquals(
                        new float[] {1, 0, -1, 2, 3, 4, -3, -4}, model.predict(new float[] {1, -2, 3, 4})));
        Layer flat = Concatenate.of(new Relu(), new Flatten());
        refused(flat, Shape.of(2, 2), "Concatenate", "(1, 2, 2)", "(1, 4)");
        refused(() -> Concatenate.of(), "at least 1 branch");
    }

    @Test
    void aReshapeKeepsTheOrder() {
        Layer transposed = (scope, x) -> x.transpose(0, 2, 1);
        onBoth(
                Sequential.of(Reshape.to(2, 3), transposed),
                Shape.of(6),
                model -> assertArrayEquals(
                        new float[] {1, 4, 2, 5, 3, 6}, model.predict(new float[] {1, 2, 3, 4, 5, 6})));
        refused(Reshape.to(2, 2), Shape.of(6), "4", "(2, 2)", "(6)");
    }

    @Test
    void tiedLayersShareTheirWeights() {
        Dense encoder = new Dense(1);
        onBoth(Sequential.of(encoder, new TiedDense(encoder)), Shape.of(2), model -> {
            assertEquals(
                    List.of("0.dense/weight", "0.dense/bias", "1.tieddense/bias"),
                    List.copyOf(model.declarations().layout().entries().keySet()));
            model.setParameter("0.dense/weight", 2, 3);
            model.setParameter("0.dense/bias", 1);
            model.setParameter("1.tieddense/bias", 100, 200);
            // h = 2 x0 + 3 x1 + 1, y = h (2, 3) + (100, 200)
            assertArrayEquals(new float[] {112, 218}, model.predict(new float[] {1, 1}));
        });
        refused(Sequential.of(new TiedDense(encoder)), Shape.of(1), "weight", "applied before");
        refused(Sequential.of(encoder, new Dense(5), new TiedDense(encoder)), Shape.of(2), "(batch, 1)", "(1, 5)");
        refused(() -> new TiedDense(new Relu(), true), "Dense or Embedding", "Relu");
    }

    @Test
    void settingsThatMakeNoSenseAreNamed() {
        refused(() -> new Embedding(0, 4), "Embedding", "count", "0");
        refused(() -> new Embedding(4, 0), "Embedding", "size", "0");
        refused(() -> new Maxout(0, 2), "Maxout", "unit", "0");
        refused(() -> new Maxout(2, 1), "Maxout", "pieces", "1");
        refused(() -> new PRelu(Double.NaN), "PRelu", "NaN");
        refused(() -> new SpatialDropout(1), "SpatialDropout", "1.0");
        refused(() -> new GaussianNoise(-1), "GaussianNoise", "-1");
        refused(() -> new WeightNoise(new Relu(), Double.POSITIVE_INFINITY), "WeightNoise", "Infinity");
        refused(() -> new ActivityPenalty(-1, 0), "ActivityPenalty", "-1");
        refused(Sequential.of(new Embedding(3, 2)), Shape.of(2), "Embedding \"0.embedding\"", "i32", "f32");
        Layer wide = (scope, x) -> {
            scope.addLoss(x.square());
            return x;
        };
        refused(Sequential.of(wide), Shape.of(2), "one number per example (1)", "(1, 2)");
    }
}
