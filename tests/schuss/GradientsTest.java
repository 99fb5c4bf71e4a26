package schuss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.layers.Dense;
import schuss.layers.Network;
import schuss.layers.Sequential;
import schuss.layers.Tanh;

/** Gradients with respect to inputs and to layers' outputs. */
@Tag("device")
class GradientsTest {
    static Stream<Device> devices() {
        return Stream.of(Device.reference(), TestDevice.open());
    }

    private static Model model(Device device) {
        return Model.create(Sequential.of(new Dense(4), new Tanh(), new Dense(2)), Shape.of(3), device, 1);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void ofEachExampleOfABatchByItsOwnScore(Device device) {
        float[] x = {1, 2, 3, -1, 0.5f, 0};
        try (device;
                Model model = model(device);
                Gradients gradients =
                        Gradients.of(model, 2, y -> y.get("output").slice(1, 1, 2), List.of("1.tanh"))) {
            gradients.run(x);
            float[] scores = model.predict(x);
            assertArrayEquals(new float[] {scores[1], scores[3]}, gradients.value(), 1e-6f);
            // the last layer's weights are the slopes of its score
            float[] w = model.parameter("2.dense/weight");
            float[] hidden = gradients.withRespectTo("1.tanh");
            for (int i = 0; i < 4; i++) {
                assertEquals(w[2 * i + 1], hidden[i], 1e-6);
                assertEquals(w[2 * i + 1], hidden[4 + i], 1e-6);
            }
            float[] slopes = gradients.withRespectTo("input");
            float h = 1f / 128;
            for (int i = 0; i < x.length; i++) {
                float[] up = x.clone();
                float[] down = x.clone();
                up[i] += h;
                down[i] -= h;
                int score = i < 3 ? 1 : 3;
                double difference = (model.predict(up)[score] - model.predict(down)[score]) / (2.0 * h);
                assertEquals(difference, slopes[i], 2e-4); // h squared and a rounding of 6e-8 / h
            }
        }
    }

    @Test
    void followTheWeightsOfTheModel() {
        try (Device device = TestDevice.open();
                Model model = Model.create(new Dense(1), Shape.of(2), device, 1);
                Gradients gradients =
                        Gradients.of(model, 1, y -> y.get("output").mul(3))) {
            model.setParameter("weight", 5, 7);
            assertArrayEquals(new float[] {15, 21}, gradients.run(1, 1).withRespectTo("input"));
            model.setParameter("weight", 1, 2);
            assertArrayEquals(new float[] {3, 6}, gradients.run(1, 1).withRespectTo("input"));
        }
    }

    @Test
    void ofSeveralInputs() {
        Network product = (scope, in) -> Map.of("y", in.get("a").mul(in.get("b")));
        List<Spec> inputs = List.of(new Spec("a", DType.F32, Shape.of(2)), new Spec("b", DType.F32, Shape.of(2)));
        try (Device device = TestDevice.open();
                Model model = Model.create(product, inputs, device, 1);
                Gradients gradients = Gradients.of(model, 1, y -> y.get("y"))) {
            gradients.run(Map.of("a", Tensor.of(Shape.of(1, 2), 2f, 3f), "b", Tensor.of(Shape.of(1, 2), 5f, 7f)));
            assertArrayEquals(new float[] {10, 21}, gradients.value());
            assertArrayEquals(new float[] {5, 7}, gradients.withRespectTo("a"));
            assertArrayEquals(new float[] {2, 3}, gradients.withRespectTo("b"));
        }
    }

    @Test
    void whatDoesNotFitIsNamed() {
        try (Device device = TestDevice.open();
                Model model = model(device)) {
            assertTrue(assertThrows(
                            IllegalArgumentException.class,
                            () -> Gradients.of(model, 1, y -> y.get("output"), List.of("relu")))
                    .getMessage()
                    .startsWith("gradients: expected one of the layers [0.dense, 1.tanh, 2.dense]"));
            try (Gradients gradients = Gradients.of(model, 1, y -> y.get("output"))) {
                assertThrows(IllegalArgumentException.class, () -> gradients.run(1, 2));
                assertThrows(IllegalArgumentException.class, () -> gradients.withRespectTo("x"));
            }
        }
    }
}
