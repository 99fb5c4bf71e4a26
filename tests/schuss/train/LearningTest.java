package schuss.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.layers.Dense;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.Sequential;
import schuss.layers.Tanh;
import schuss.losses.MeanSquaredError;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Adam;

/** Small problems, learned. */
@Tag("device")
class LearningTest {
    @Test
    void learnsExclusiveOr() {
        float[][] features = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
        Dataset xor = Dataset.of(features, Shape.of(2), new int[] {0, 1, 1, 0}, 2);
        try (Device device = TestDevice.open();
                Model model =
                        Model.create(Sequential.of(new Dense(8), new Tanh(), new Dense(2)), Shape.of(2), device, 1)) {
            History history = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.05))
                    .withBatchSize(4)
                    .withEpochs(300)
                    .withMetric(new Accuracy())
                    .fit(xor);
            assertEquals(300, history.epochs().size());
            assertEquals(1, history.last().value("accuracy"));
            assertTrue(history.last().value("loss") < 0.01, history.last().toString());
            float[] p = model.predict(new float[] {0, 0, 0, 1, 1, 0, 1, 1});
            assertTrue(p[0] > 0.9 && p[3] > 0.9 && p[5] > 0.9 && p[6] > 0.9, Arrays.toString(p));
            assertEquals(1, p[0] + p[1], 1e-6);
        }
    }

    @Test
    void learnsDigits() {
        try (Device device = TestDevice.open();
                Model model = Digits.model(device)) {
            History history = Digits.trainer(model, new Adam(3e-3))
                    .withEpochs(15)
                    .withMetric(new Accuracy())
                    .withValidation(Digits.of(500, 2))
                    .fit(Digits.of(2000, 1));
            assertTrue(history.last().value("validation accuracy") > 0.95, history.toCsv());
            assertTrue(history.last().value("loss") < history.epochs().get(0).value("loss") / 4);
        }
    }

    /** In an autoencoder targets are numbers. */
    @Test
    void learnsARegression() {
        float[] x = new float[256];
        float[] t = new float[256];
        for (int i = 0; i < x.length; i++) {
            x[i] = i / 128f - 1;
            t[i] = (float) Math.sin(3 * x[i]);
        }
        try (Device device = TestDevice.open();
                Model model =
                        Model.create(Sequential.of(new Dense(32), new Tanh(), new Dense(1)), Shape.of(1), device, 1)) {
            History history = Trainer.of(model, new MeanSquaredError(), new Adam(0.01))
                    .withBatchSize(64)
                    .withEpochs(150)
                    .fit(Dataset.of(x, Shape.of(1), t, Shape.of(1)));
            assertTrue(history.last().value("loss") < 0.01, history.last().toString());
        }
    }

    @Test
    void learnsFromIndices() {
        // which of two words came first: no sum of the words' rows could tell
        int[] words = new int[400];
        int[] labels = new int[200];
        java.util.Random random = new java.util.Random(1);
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextInt(2);
            words[2 * i] = labels[i] == 0 ? 3 : 5;
            words[2 * i + 1] = labels[i] == 0 ? 5 : 3;
        }
        Dataset data = Dataset.of(words, Shape.of(2), labels, 2);
        Layer layer = Sequential.of(new schuss.layers.Embedding(9, 4), new Flatten(), new Dense(2));
        Spec input = new Spec("words", schuss.DType.I32, Shape.of(2));
        try (Device device = TestDevice.open();
                Model model = Model.create(layer, input, device, 1)) {
            float[] untouched = model.parameter("0.embedding/weight").clone();
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.05))
                    .withBatchSize(20)
                    .withEpochs(5)
                    .withMetric(new Accuracy());
            assertEquals(1, trainer.fit(data).last().value("accuracy"));
            assertEquals(1, trainer.evaluate(data).get("accuracy"));
            assertTrue(model.predict(new int[] {3, 5})[0] > 0.9);
            assertTrue(model.predict(new int[] {5, 3})[1] > 0.9);
            float[] trained = model.parameter("0.embedding/weight");
            for (int row : new int[] {0, 1, 2, 4, 6, 7, 8}) { // words that never came
                for (int j = 4 * row; j < 4 * row + 4; j++) {
                    assertEquals(untouched[j], trained[j]);
                }
            }
            Dataset numbers = Dataset.of(new float[4], Shape.of(2), new int[2], 2);
            String message = assertThrows(IllegalArgumentException.class, () -> trainer.fit(numbers))
                    .getMessage();
            assertTrue(message.contains("I32") && message.contains("F32"), message);
            Dataset wrong = Dataset.of(new int[] {3, 9}, Shape.of(2), new int[1], 2);
            NotFiniteException bad = assertThrows(NotFiniteException.class, () -> trainer.fit(wrong));
            assertTrue(bad.getMessage().contains("index 9 of example 0, expected 0 to 8"), bad.getMessage());
        }
    }
}
