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
import schuss.layers.Sequential;
import schuss.layers.Tanh;
import schuss.train.Epoch;

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
}
