package schuss.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import schuss.CpuOptions;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.TestDevice;
import schuss.backend.Backend;
import schuss.backend.Computation;
import schuss.data.Dataset;
import schuss.initializers.Initializer;
import schuss.internal.Inside;
import schuss.losses.OutputActivation;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.report.ModelSummary;
import schuss.train.Trainer;

/** Sizes, settings and errors of convolution layers; their numbers are the conformance tests' business. */
@Tag("device")
class ConvolutionTest {
    private static int outputs(Layer layer, int... input) {
        try (Device device = Device.reference();
                Model model = Model.create(layer, Shape.of(input), device, 1)) {
            return model.outputSize();
        }
    }

    private static void refused(String message, Executable made) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, made);
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void sameDividesByTheStride() {
        for (int size = 1; size < 12; size++) {
            for (int stride = 1; stride < 4; stride++) {
                for (int kernel = 1; kernel < 6; kernel++) {
                    Layer layer = new Conv2d(1, kernel).withStride(stride);
                    assertEquals(
                            (size + stride - 1) / stride * ((size + stride - 1) / stride),
                            outputs(layer, size, size, 1));
                    Layer back =
                            new ConvTranspose2d(1, kernel).withStride(stride).withPadding(Padding.same());
                    assertEquals(size * stride * size * stride, outputs(back, size, size, 1));
                }
            }
        }
        assertEquals(new Padding.Ends(0, 1), Padding.same().vertical(4, 3, 2));
        assertEquals(new Padding.Ends(1, 1), Padding.same().horizontal(5, 3, 2));
        assertEquals(new Padding.Ends(0, 0), Padding.same().horizontal(5, 1, 2));
    }

    @Test
    void sizes() {
        assertEquals(3 * 2 * 5, outputs(new Conv2d(5, 3, 4).withPadding(Padding.valid()), 5, 5, 2));
        assertEquals(4 * 4 * 5, outputs(new Conv2d(5, 3).withPadding(Padding.of(1, 0, 0, 1)), 5, 5, 2));
        assertEquals(
                1 * 3 * 1, outputs(new Conv2d(1, 3).withPadding(Padding.valid()).withDilation(2, 1), 5, 5, 2));
        assertEquals(3 * 2 * 1, outputs(new Conv2d(1, 1).withStride(2, 3), 5, 5, 2));
        assertEquals(5 * 5 * 6, outputs(Conv2d.depthwise(3), 5, 5, 6));
        assertEquals(5 * 5 * 12, outputs(Conv2d.depthwise(2, 3, 1), 5, 5, 6));
        assertEquals(7 * 4, outputs(new Conv1d(4, 3), 7, 5));
        assertEquals(
                7 * 4,
                outputs(new Conv1d(4, 3).withPadding(Padding.of(0, 0, 4, 0)).withDilation(2), 7, 5));
        assertEquals(10 * 10 * 3, outputs(new ConvTranspose2d(3, 2).withStride(2), 5, 5, 2));
        ConvTranspose2d back = new ConvTranspose2d(3, 4)
                .withStride(2)
                .withPadding(Padding.of(1))
                .withOutputPadding(1);
        assertEquals(11 * 11 * 3, outputs(back, 5, 5, 2));
        assertEquals(15 * 17 * 3, outputs(back.withDilation(2).withPadding(Padding.of(0, 1, 1, 0)), 5, 6, 2));
    }

    @Test
    void summaries() {
        Layer net = Sequential.of(
                new Conv2d(8, 5).withStride(2),
                new Relu(),
                new Conv2d(4, 3).withGroups(2).withDilation(2));
        try (Device device = Device.reference();
                Model model = Model.create(net, Shape.of(16, 16, 3), device, 1)) {
            ModelSummary summary = model.summary();
            assertEquals(8 * 8 * 8 * (5 * 5 * 3) + 8 * 8 * 4 * (3 * 3 * 4), summary.multiplyAdds());
            List<ModelSummary.Row> rows = summary.rows();
            assertEquals("13x13/2x2", rows.get(rows.size() - 1).receptiveField());
        }
    }

    /** Bias and activation go along, and inference packs the weights apart from its body. */
    @Test
    void compiledForTheProcessor() {
        Layer net = Sequential.of(new Conv2d(24, 3), new Relu(), new Conv2d(32, 3));
        Computation request =
                Computation.inference(net, new Spec("x", DType.F32, Shape.of(8, 16, 16, 16)), OutputActivation.OUTPUT);
        try (Device device = Device.cpu(1)) {
            String listing = request.compiled(Inside.of(device, Backend.class).abilities(1))
                    .toString();
            assertTrue(listing.matches("(?s).*Convolution \\+ bias relu.*Convolution \\+ bias.*"), listing);
            assertTrue(listing.indexOf("Pack for") < listing.indexOf("body:"), listing);
            assertEquals(2, listing.split("\\(packed\\)", -1).length - 1, listing);
        }
    }

    @Test
    void convolvesAnImage() {
        Layer layer = new Conv2d(1, 2).withWeights(Initializer.constant(1)).withPadding(Padding.valid());
        Layer back =
                new ConvTranspose2d(1, 2).withWeights(Initializer.constant(1)).withStride(2);
        Layer causal = new Conv1d(1, 2).withWeights(Initializer.constant(1)).withPadding(Padding.of(0, 0, 1, 0));
        try (Device device = TestDevice.open();
                Model model = Model.create(layer, Shape.of(2, 3, 1), device, 1);
                Model larger = Model.create(back, Shape.of(1, 2, 1), device, 1);
                Model sums = Model.create(causal, Shape.of(3, 1), device, 1)) {
            model.setParameter("bias", 100);
            assertArrayEquals(new float[] {112, 116}, model.predict(new float[] {1, 2, 3, 4, 5, 6}));
            assertArrayEquals(new float[] {1, 1, 2, 2, 1, 1, 2, 2}, larger.predict(new float[] {1, 2}));
            assertArrayEquals(new float[] {1, 3, 5}, sums.predict(new float[] {1, 2, 3}));
        }
    }

    /** He's variance is 2 over the number of inputs that an output sums over, whichever way the weights lie. */
    @Test
    void weightsBeginByFanIn() {
        for (Layer layer : List.of(
                new Conv2d(64, 3).withGroups(2),
                new ConvTranspose2d(64, 3).withGroups(2),
                new Conv2d(64, 3, 3).withGroups(2))) {
            try (Device device = Device.reference();
                    Model model = Model.create(layer, Shape.of(4, 4, 32), device, 3)) {
                double squares = 0;
                float[] weights = model.parameter("weight");
                for (float w : weights) {
                    squares += w * w;
                }
                // of n squares of normal numbers the mean is off by sqrt(2 / n), 1.5 % here
                assertEquals(2.0 / (9 * 16), squares / weights.length, 0.06 * 2 / (9 * 16), layer.toString());
            }
        }
    }

    @Test
    void learns() {
        float[] images = new float[64 * 36];
        int[] labels = new int[64];
        for (int i = 0; i < 64; i++) { // a bar that lies or stands, anywhere
            labels[i] = i % 2;
            for (int k = 0; k < 4; k++) {
                int along = i / 2 % 3 + k;
                int across = i / 6 % 6;
                images[i * 36 + (labels[i] == 0 ? across * 6 + along : along * 6 + across)] = 1;
            }
        }
        Layer net = Sequential.of(
                new Conv2d(8, 3),
                new Relu(),
                Conv2d.depthwise(3).withStride(2),
                new Relu(),
                new Flatten(),
                new Dense(2));
        for (CpuOptions.Provider provider : CpuOptions.Provider.values()) {
            try (Device device = Device.cpu(2, provider);
                    Model model = Model.create(net, Shape.of(6, 6, 1), device, 5)) {
                Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01))
                        .withBatchSize(16)
                        .withEpochs(40);
                Dataset data = Dataset.of(images, Shape.of(6, 6, 1), labels, 2);
                trainer.fit(data);
                assertTrue(trainer.evaluate(data).get("loss") < 0.02, "loss " + trainer.evaluate(data));
            }
        }
    }

    @Test
    void badSettings() {
        refused("Conv2d: expected filters of at least 1, got 0", () -> new Conv2d(0, 3));
        refused("Conv2d: expected a kernel of at least 1, got 0", () -> new Conv2d(1, 3, 0));
        refused("Conv2d: expected a stride of at least 1, got -1", () -> new Conv2d(1, 3).withStride(-1));
        refused("Conv2d: expected a dilation of at least 1, got 0", () -> new Conv2d(1, 3).withDilation(0));
        refused("Conv2d: expected filters that 3 groups divide, got 4", () -> new Conv2d(4, 3).withGroups(3));
        refused("no groups of a depthwise", () -> Conv2d.depthwise(3).withGroups(2));
        refused("Padding: expected at least 0 on every side, got top -1", () -> Padding.of(-1));
        refused("Conv1d: expected a kernel of at least 1, got 0", () -> new Conv1d(1, 0));
        refused(
                "output padding below the stride of 2",
                () -> new ConvTranspose2d(1, 3).withStride(2).withOutputPadding(2));
        refused(
                "no output padding where padding is same",
                () -> new ConvTranspose2d(1, 3)
                        .withStride(2)
                        .withOutputPadding(1)
                        .withPadding(Padding.same()));
    }

    @Test
    void badInputs() {
        refused(
                "expected input (batch, height, width, channels), got (1, 5, 5)",
                () -> outputs(new Conv2d(1, 3), 5, 5));
        refused(
                "expected input channels that 2 groups divide, got 3",
                () -> outputs(new Conv2d(2, 3).withGroups(2), 5, 5, 3));
        refused(
                "expected a kernel within the padded input of 4 x 5, got 5 x 5",
                () -> outputs(new Conv2d(2, 3).withDilation(2).withPadding(Padding.valid()), 4, 5, 3));
        refused("expected input (batch, time, features), got (1, 5, 5, 1)", () -> outputs(new Conv1d(1, 3), 5, 5, 1));
        refused(
                "expected padding that leaves some of the output",
                () -> outputs(new ConvTranspose2d(1, 1).withPadding(Padding.of(1)), 2, 2, 1));
    }
}
