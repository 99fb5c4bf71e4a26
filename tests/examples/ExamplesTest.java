package examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.Device;
import schuss.Model;
import schuss.Philox;
import schuss.Shape;
import schuss.Tensor;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.data.Fields;
import schuss.layers.Dense;
import schuss.layers.Flatten;
import schuss.layers.Sequential;
import schuss.layers.Tanh;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Sgd;
import schuss.train.Epoch;
import schuss.train.Trainer;

/** That the examples do what they say. */
class ExamplesTest {
    @TempDir
    private Path folder;

    /** Photos of one of three colours, whose prices depend on the colour and on the table. */
    private static Dataset houses(int count) {
        int pixels = (int) TwoHeads.PHOTO.size();
        float[] photos = new float[count * pixels];
        float[] tables = new float[count * 5];
        int[] kinds = new int[count];
        float[] prices = new float[count];
        Philox random = new Philox(7, 0);
        random.uniforms(tables);
        for (int i = 0; i < count; i++) {
            kinds[i] = i % 3;
            for (int p = 0; p < pixels; p++) {
                photos[i * pixels + p] = (p % 3 == kinds[i] ? 0.8f : 0.2f) + 0.1f * tables[(i + p) % tables.length];
            }
            prices[i] = kinds[i] + 2 * tables[5 * i] - tables[5 * i + 3];
        }
        return new Fields()
                .input("photo", Dataset.of(photos, TwoHeads.PHOTO, kinds, 3))
                .input("table", Dataset.of(tables, TwoHeads.TABLE, prices, Shape.of(1)))
                .target("kind", Dataset.of(photos, TwoHeads.PHOTO, kinds, 3))
                .target("price", Dataset.of(tables, TwoHeads.TABLE, prices, Shape.of(1)))
                .dataset();
    }

    @Test
    void twoHeads() throws IOException {
        try (Device device = TestDevice.open();
                Model model = TwoHeads.model(device)) {
            List<Epoch> epochs = TwoHeads.train(model, houses(96)).epochs();
            double first = epochs.get(0).value("loss");
            double last = epochs.get(epochs.size() - 1).value("loss");
            assertTrue(last < 0.3 * first, first + " to " + last);
            Map<String, Tensor> one = Map.of(
                    "photo", Tensor.zeros(schuss.DType.F32, TwoHeads.PHOTO.prepend(1)),
                    "table", Tensor.zeros(schuss.DType.F32, TwoHeads.TABLE.prepend(1)));
            Map<String, Tensor> answer = model.predict(one);
            float[] kinds = answer.get("kind").floats();
            assertEquals(1, kinds[0] + kinds[1] + kinds[2], 1e-6); // probabilities, as its loss is on logits
            Path file = folder.resolve("houses.safetensors");
            model.save(file);
            try (Model loaded = Model.load(file, model.network(), model.inputs(), device)) {
                assertEquals(answer, loaded.predict(one));
            }
        }
    }

    @Test
    void ownLoop() {
        try (Device device = TestDevice.open();
                Model model =
                        Model.create(Sequential.of(new Dense(8), new Tanh(), new Dense(2)), Shape.of(2), device, 42)) {
            int steps = OwnLoop.train(model, new float[] {0, 0, 0, 1, 1, 0, 1, 1}, new int[] {0, 1, 1, 0}, 0.05);
            assertTrue(steps < 1000, "steps: " + steps);
            float[] probabilities = model.predict(new float[] {0, 1});
            assertTrue(probabilities[1] > 0.9, "probability of 1: " + probabilities[1]);
        }
    }

    @Test
    void saliency() {
        Shape image = Shape.of(3, 4, 2);
        try (Device device = TestDevice.open();
                Model model = Model.create(Sequential.of(new Flatten(), new Dense(5)), image, device, 42)) {
            float[] slopes = Saliency.of(model, new float[24], 3);
            float[] weights = model.parameter("1.dense/weight"); // (24, 5): the slopes of a linear score
            assertEquals(12, slopes.length);
            for (int i = 0; i < slopes.length; i++) {
                float first = Math.abs(weights[2 * i * 5 + 3]);
                float second = Math.abs(weights[(2 * i + 1) * 5 + 3]);
                assertEquals(Math.max(first, second), slopes[i]);
            }
        }
    }

    /** In double; the step is of the size at which the differences' own error, h squared, and rounding balance. */
    @Test
    void hessianVectorProduct() {
        float[] inputs = {1, 0.5f, -1, 2, 0.3f, 0.7f, -0.2f, 1.1f, -1.5f};
        int[] labels = {0, 1, 1};
        String weight = "0.dense/weight";
        try (Device device = Device.reference();
                Model model =
                        Model.create(Sequential.of(new Dense(4), new Tanh(), new Dense(2)), Shape.of(3), device, 42)) {
            float[] direction = new float[12];
            new Philox(5, 0).uniforms(direction);
            float[] product = HessianVector.product(model, weight, direction, inputs, labels);
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(1));
            Dataset data = Dataset.of(inputs, Shape.of(3), labels, 2);
            float[] start = model.parameter(weight);
            float h = 1f / 1024; // exact in single precision, as are products with it
            float[] up = start.clone();
            float[] down = start.clone();
            for (int i = 0; i < start.length; i++) {
                up[i] += h * direction[i];
                down[i] -= h * direction[i];
            }
            model.setParameter(weight, up);
            float[] above = trainer.gradients(data).get(weight);
            model.setParameter(weight, down);
            float[] below = trainer.gradients(data).get(weight);
            for (int i = 0; i < start.length; i++) {
                // weights and gradients pass as singles: 6e-8 of numbers below 1, divided by 2 h
                assertEquals((above[i] - below[i]) / (2 * h), product[i], 1e-4, "element " + i);
            }
        }
    }
}
