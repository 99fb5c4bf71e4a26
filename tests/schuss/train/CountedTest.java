package schuss.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.data.Dataset;
import schuss.layers.Dense;
import schuss.layers.Embedding;
import schuss.layers.Flatten;
import schuss.layers.Reshape;
import schuss.layers.Sequential;
import schuss.losses.NegativeLogLikelihood;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.metrics.TopK;
import schuss.optim.Sgd;

/** Which examples scores are over, and what they are where there is none; indices and labels that are none. */
@Tag("device")
class CountedTest {
    /** The network's outputs are its inputs: of four examples the first, second and fourth are right. */
    private static final float[] SCORES = {3, 0, 1, 0, 2, 1, 1, 3, 0, 0, 1, 2};

    private static Model identity(Device device) {
        return Model.create(new Reshape(Shape.of(3)), Shape.of(3), device, 1);
    }

    private static Dataset data(int... labels) {
        return new Unchecked(SCORES, labels);
    }

    /** Labels that nobody has looked at. */
    private record Unchecked(float[] x, int... labels) implements Dataset {
        @Override
        public int size() {
            return labels.length;
        }

        @Override
        public Spec input() {
            return new Spec("input", DType.F32, Shape.of(3));
        }

        @Override
        public Spec target() {
            return new Spec("label", DType.I32, Shape.of());
        }

        @Override
        public int classes() {
            return 3;
        }

        @Override
        public void read(int index, int row, java.nio.ByteBuffer inputs, java.nio.ByteBuffer targets) {
            for (int i = 0; i < 3; i++) {
                inputs.putFloat((3 * row + i) * Float.BYTES, x[3 * index + i]);
            }
            targets.putInt(row * Integer.BYTES, labels[index]);
        }
    }

    private static Map<String, Double> scores(Device device, schuss.losses.Loss loss, Dataset data) {
        try (Model model = identity(device)) {
            return Trainer.of(model, loss, new Sgd(0.1))
                    .withMetric(new Accuracy())
                    .withMetric(new TopK(2))
                    .withBatchSize(3)
                    .evaluate(data);
        }
    }

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void metricsLeaveOutWhatTheLossDoes(Device device) {
        try (device) {
            Map<String, Double> all = scores(device, new SoftmaxCrossEntropy(), data(0, 1, 0, 2));
            assertEquals(0.75, all.get("accuracy"));
            assertEquals(1, all.get("top-2 accuracy"));
            for (schuss.losses.Loss loss : List.of(
                    new SoftmaxCrossEntropy().withIgnoredLabel(-1), new NegativeLogLikelihood().withIgnoredLabel(-1))) {
                assertEquals(1, scores(device, loss, data(0, 1, -1, -1)).get("accuracy"));
                assertEquals(0.5, scores(device, loss, data(0, -1, 0, -1)).get("accuracy"));
                assertEquals(0, scores(device, loss, data(-1, -1, 2, -1)).get("top-2 accuracy"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void metricsCountExamplesByTheirWeights(Device device) {
        try (device) {
            Dataset weighted = data(0, 1, 0, 2).withWeights(1, 1, 5, 1);
            assertEquals(
                    3 / 8.0, scores(device, new SoftmaxCrossEntropy(), weighted).get("accuracy"), 1e-7);
            Dataset twice = data(0, 1, 0, 0).withWeights(0, 0, 2, 1);
            assertEquals(0, scores(device, new SoftmaxCrossEntropy(), twice).get("accuracy"));
            assertEquals(
                    2 / 3.0, scores(device, new SoftmaxCrossEntropy(), twice).get("top-2 accuracy"), 1e-7);
        }
    }

    /** 0 would be the best loss there is. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void theMeanOfNothingIsNoNumber(Device device) {
        try (device) {
            for (Map<String, Double> scores : List.of(
                    scores(device, new SoftmaxCrossEntropy(), data(0, 1, 0, 2).withWeights(0, 0, 0, 0)),
                    scores(device, new SoftmaxCrossEntropy().withIgnoredLabel(1), data(1, 1, 1, 1)))) {
                assertEquals(Map.of("loss", Double.NaN, "accuracy", Double.NaN, "top-2 accuracy", Double.NaN), scores);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void labelsThatAreNoClassesAreRefusedEverywhere(Device device) {
        try (device) {
            for (int bad : new int[] {-1, 3, Integer.MAX_VALUE}) {
                Dataset data = data(0, 1, bad, 2);
                String expected = "label " + bad + " of example 2: expected 0 to 2";
                for (org.junit.jupiter.api.function.Executable use : List.<org.junit.jupiter.api.function.Executable>of(
                        () -> data.split(0.5, 0.5),
                        () -> data.folds(2),
                        () -> scores(device, new SoftmaxCrossEntropy(), data),
                        () -> data.oneHot()
                                .read(2, 0, java.nio.ByteBuffer.allocate(12), java.nio.ByteBuffer.allocate(12)))) {
                    String message = assertThrows(RuntimeException.class, use).getMessage();
                    assertTrue(message.contains(expected), message);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void indicesOutsideOfATableAreNamed(Device device) {
        Sequential network = Sequential.of(new Embedding(5, 4), new Flatten(), new Dense(2));
        Spec tokens = new Spec("tokens", DType.I32, Shape.of(3));
        try (device;
                Model model = Model.create(network, tokens, device, 1)) {
            Dataset good = Dataset.of(new int[] {0, 1, 2, 3, 4, 4}, Shape.of(3), new int[] {0, 1}, 2);
            Dataset bad = Dataset.of(new int[] {0, 1, 2, 3, 4, 5}, Shape.of(3), new int[] {0, 1}, 2);
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(0.1));
            for (org.junit.jupiter.api.function.Executable use : List.<org.junit.jupiter.api.function.Executable>of(
                    () -> model.predict(new int[] {0, 1, 2, 3, 4, 5}),
                    () -> model.predict(Map.of("tokens", schuss.Tensor.of(Shape.of(2, 3), 0, 1, 2, 3, 4, 5))),
                    () -> model.features("0.embedding", new int[] {0, 1, 2, 3, 4, 5}),
                    () -> trainer.evaluate(bad),
                    () -> trainer.fit(bad),
                    () -> trainer.withValidation(bad).fit(good),
                    () -> trainer.session(2).set("tokens", 0, 1, 2, 3, 4, 5))) {
                String message = assertThrows(RuntimeException.class, use).getMessage();
                assertTrue(message.contains("\"tokens\"") || message.contains("\"input\""), message);
                assertTrue(message.contains("index 5 of example 1, expected 0 to 4"), message);
            }
            int[] many = new int[3 * 700];
            many[3 * 600 + 1] = -1;
            assertTrue(assertThrows(IllegalArgumentException.class, () -> model.predict(many))
                    .getMessage()
                    .contains("index -1 of example 600, expected 0 to 4"));
        }
    }

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void oneFitOfAModelAtATime(Device device) {
        Dataset data = Toy.data(8);
        try (device;
                Model model = Model.create(new Dense(3), Shape.of(4), device, 1)) {
            Trainer other = Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(0.1));
            String[] message = new String[1];
            Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(0.1))
                    .withCallback(new Callback() {
                        @Override
                        public void onEpoch(Epoch epoch) {
                            Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(0.1))
                                    .close(); // none of its business
                            message[0] = assertThrows(IllegalStateException.class, () -> other.fit(data))
                                    .getMessage();
                        }
                    })
                    .fit(data);
            assertTrue(message[0].contains("one fit of a model at a time"), message[0]);
            other.fit(data);
            Model none = identity(device);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Trainer.of(none, new SoftmaxCrossEntropy(), new Sgd(1))
                            .fit(Dataset.of(SCORES, Shape.of(3), new int[4], 3)));
            none.close();
        }
    }
}
