package schuss.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.losses.MeanSquaredError;
import schuss.optim.Adam;
import schuss.train.Trainer;

@Tag("device")
class RescaleTest {
    /** Two inputs: 1, 3, 5 and 7, 7, 7. */
    private static final Dataset DATA =
            Dataset.of(new float[] {1, 7, 3, 7, 5, 7}, Shape.of(2), new float[] {0, 1, 2}, Shape.of(1));

    private static void expect(Layer layer, float[] expected, float... input) {
        try (Device device = TestDevice.open();
                Model model = Model.create(layer, Shape.of(input.length), device, 1)) {
            assertArrayEquals(expected, model.predict(input), 1e-5f);
        }
    }

    @Test
    void followsItsFormulas() {
        float deviation = (float) Math.sqrt(8 / 3.0);
        expect(Rescale.standardise(DATA), new float[] {2 / deviation, 1}, 5, 8);
        expect(Rescale.minMax(DATA), new float[] {0.25f, 0}, 2, 7);
        expect(Rescale.meanImage(DATA), new float[] {-1, 1}, 2, 8);
        expect(Rescale.undo(new double[] {10}, 2), new float[] {16}, 3);
        expect(new Rescale(), new float[] {2, 8}, 2, 8);
    }

    @Test
    void trainingLeavesItAndFilesHoldIt(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("model");
        float[] input = {4, 7};
        try (Device device = TestDevice.open();
                Model model = Model.create(net(Rescale.standardise(DATA)), Shape.of(2), device, 1)) {
            Trainer.of(model, new MeanSquaredError(), new Adam(0.01))
                    .withEpochs(3)
                    .fit(DATA);
            assertArrayEquals(new float[] {3, 7}, model.parameter("0.rescale/offset"));
            model.save(file);
            try (Model loaded = Model.load(file, net(new Rescale()), Shape.of(2), device)) {
                assertArrayEquals(model.predict(input), loaded.predict(input));
            }
        }
    }

    private static Layer net(Rescale rescale) {
        return Sequential.of(rescale, new Dense(1));
    }

    @Test
    void refusesOtherInputs() {
        try (Device device = Device.reference()) {
            Layer net = net(Rescale.minMax(DATA));
            String message = assertThrows(LayerException.class, () -> Model.create(net, Shape.of(3), device, 1))
                    .getMessage();
            assertTrue(message.contains("expected examples of 2 numbers as those it was fitted on, got (3)"), message);
        }
    }
}
