package examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.DType;
import schuss.Device;
import schuss.Gradients;
import schuss.Model;
import schuss.Philox;
import schuss.Session;
import schuss.Shape;
import schuss.Spec;
import schuss.Tensor;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.data.Fields;
import schuss.layers.Dense;
import schuss.layers.Flatten;
import schuss.layers.Network;
import schuss.layers.Sequential;
import schuss.layers.Tanh;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.ops.Value;
import schuss.optim.Sgd;
import schuss.passes.Grad;
import schuss.trace.Mode;
import schuss.trace.Trace;
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
                    "photo", Tensor.zeros(DType.F32, TwoHeads.PHOTO.prepend(1)),
                    "table", Tensor.zeros(DType.F32, TwoHeads.TABLE.prepend(1)));
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

    /** PyTorch 2.13's nn.LSTM in double, with weights of sines and cosines, and what its backward makes of dy. */
    @ParameterizedTest
    @MethodSource("schuss.ir.ScanTest#devices")
    void lstm(Device device) {
        Trace trace =
                Trace.of(Network.of(new Lstm(2)), List.of(new Spec("x", DType.F32, Shape.of(2, 3, 3))), Mode.INFERENCE);
        Value y = trace.outputs().get(Network.OUTPUT);
        Map<String, Value> wanted = Map.of(
                "dx", trace.inputs().get("x"),
                "dW", trace.weight("input"),
                "dU", trace.weight("recurrent"),
                "db", trace.weight("bias"));
        Map<Value, Value> gradients =
                trace.derive(b -> Grad.of(b, Map.of(y, b.input("dy", y.type())), wanted.values()));
        trace.output("y", y);
        wanted.forEach((name, value) -> trace.output(name, gradients.get(value)));
        try (device;
                Session session = Session.of(device, trace.program())) {
            session.setSlot("parameters", "input", numbers(24, k -> 0.5 * Math.sin(0.7 * k + 0.2)))
                    .setSlot("parameters", "recurrent", numbers(16, k -> 0.5 * Math.cos(0.9 * k)))
                    .setSlot("parameters", "bias", numbers(8, k -> 0.1 * k - 0.3))
                    .set("x", numbers(18, k -> Math.sin(1.3 * k)))
                    .set("dy", numbers(12, k -> Math.cos(0.4 * k)))
                    .run();
            check(
                    session,
                    "y",
                    0.0992921681,
                    0.0831173328,
                    -0.0272524313,
                    0.153189197,
                    -0.039730048,
                    -0.0302804904,
                    0.108831291,
                    0.123720814,
                    -0.152825167,
                    0.0250279149,
                    0.00864524833,
                    0.0270051956);
            check(
                    session,
                    "dx",
                    -0.0473148767,
                    0.00889239634,
                    0.061108155,
                    0.0170375804,
                    0.0985203727,
                    0.135780498,
                    0.0289048722,
                    -0.0166862016,
                    -0.0547873694,
                    0.0128364926,
                    -0.0139245275,
                    -0.0344352693,
                    0.0382764635,
                    -0.20152321,
                    -0.350865515,
                    0.0187724801,
                    -0.0194819361,
                    -0.0489915299);
            check(
                    session,
                    "dW",
                    0.064865426,
                    0.0909475872,
                    -0.00816490057,
                    -0.0189636582,
                    -0.16567152,
                    -0.11041109,
                    0.0220844734,
                    0.0326405566,
                    -0.0497228261,
                    -0.0254610423,
                    0.0239706562,
                    0.0252859508,
                    0.0844636173,
                    0.297396799,
                    -0.0146755976,
                    0.0103839595,
                    -0.0914670215,
                    -0.104569185,
                    0.0209891455,
                    0.0324915827,
                    0.210859358,
                    0.269517681,
                    -0.0299358838,
                    -0.0270851626);
            check(
                    session,
                    "dU",
                    0.0127970422,
                    0.00275001382,
                    -0.00359419992,
                    -0.00305194365,
                    0.00118400728,
                    -0.0225964212,
                    0.00579896098,
                    0.00113168093,
                    0.00938389011,
                    0.00494012506,
                    -0.00154508625,
                    -0.0058002643,
                    -0.0234193574,
                    -0.0612970193,
                    0.00623510356,
                    0.00108496957);
            check(
                    session,
                    "db",
                    0.0518639744,
                    -0.0281826187,
                    0.00712226345,
                    -0.0433199829,
                    -0.167409402,
                    -0.495204753,
                    0.0702885484,
                    -0.0022869876);
        }
    }

    private static float[] numbers(int count, IntToDoubleFunction of) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) of.applyAsDouble(i);
        }
        return values;
    }

    /** Within some roundings of single precision, 6e-8 of numbers of about 1. */
    private static void check(Session session, String name, double... expected) {
        float[] got = session.floats(name);
        assertEquals(expected.length, got.length);
        for (int i = 0; i < got.length; i++) {
            assertEquals(expected[i], got[i], 5e-7, name + " " + i);
        }
    }

    /** As lectures work it by hand, to the digits of a single. */
    @Test
    void slopes() {
        try (Device device = Device.reference()) {
            assertArrayEquals(new float[] {-0.000370183728f, -0.000370183728f}, Slopes.of(device));
        }
    }

    /** What lies beyond a sequence's end changes nothing before it; and it can be trained. */
    @Test
    void maskedAttention() {
        List<Spec> inputs =
                List.of(new Spec("x", DType.F32, Shape.of(5, 4)), new Spec("length", DType.I32, Shape.of()));
        List<Spec> shorter =
                List.of(new Spec("x", DType.F32, Shape.of(3, 4)), new Spec("length", DType.I32, Shape.of()));
        try (Device device = TestDevice.open();
                Model model = Model.create(new MaskedAttention(6), inputs, device, 42);
                Model small = Model.create(new MaskedAttention(6), shorter, device, 42)) {
            float[] x = numbers(40, k -> Math.sin(1.3 * k));
            Tensor lengths = Tensor.of(Shape.of(2), 5, 3);
            float[] y = model.predict(Map.of("x", Tensor.of(Shape.of(2, 5, 4), x), "length", lengths))
                    .get("output")
                    .floats();
            float[] end = x.clone();
            java.util.Arrays.fill(end, 20 + 12, 40, 1000); // of the second example, from its length on
            float[] same = model.predict(Map.of("x", Tensor.of(Shape.of(2, 5, 4), end), "length", lengths))
                    .get("output")
                    .floats();
            float[] first = java.util.Arrays.copyOfRange(x, 20, 32);
            float[] cut = small.predict(
                            Map.of("x", Tensor.of(Shape.of(1, 3, 4), first), "length", Tensor.of(Shape.of(1), 3)))
                    .get("output")
                    .floats();
            for (int i = 0; i < cut.length; i++) {
                assertEquals(cut[i], y[30 + i], 1e-6);
                assertEquals(y[30 + i], same[30 + i]);
            }
            try (Gradients gradients =
                    Gradients.of(model, 2, out -> out.get("output").slice(1, 0, 3))) {
                float[] slopes = gradients
                        .run(Map.of("x", Tensor.of(Shape.of(2, 5, 4), x), "length", lengths))
                        .withRespectTo("x");
                for (int i = 0; i < slopes.length; i++) {
                    assertEquals(i >= 32, slopes[i] == 0, "slope " + i + ": " + slopes[i]);
                }
            }
        }
    }
}
