package schuss.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.losses.MeanSquaredError;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.ops.Value;
import schuss.optim.Sgd;
import schuss.train.Trainer;

/** The gradient of a loss by every parameter of a network, against central differences on the reference, in double. */
@Tag("device")
final class LayerGradientTest {
    private static final int EXAMPLES = 5;
    private static final int SAMPLES = 10; // of each parameter's elements
    private static final float H = 0x1p-12f;

    /** h^2 / 6 times a third derivative of some ten, and what rounding the gradient to f32 leaves. */
    private static final double TOLERANCE = 1e-6;

    private static final Spec NUMBERS = new Spec("input", DType.F32, Shape.of(6));
    private static final Spec WORDS = new Spec("input", DType.I32, Shape.of(4));

    static List<Arguments> networks() {
        List<Arguments> networks = new ArrayList<>();
        Dense head = new Dense(3);
        networks.add(of("maxout", NUMBERS, new Maxout(5, 3), head));
        networks.add(of("prelu", NUMBERS, new Dense(7), new PRelu(), head));
        networks.add(of("residual", NUMBERS, new Residual(Sequential.of(new Dense(6), new Tanh())), head));
        networks.add(of("shortcut", NUMBERS, new Residual(new Dense(4), new Dense(4).withoutBias()), new Tanh(), head));
        networks.add(of("branches", NUMBERS, Concatenate.of(new Dense(2), new Maxout(3, 2), new Tanh()), head));
        networks.add(of("reshape", NUMBERS, Reshape.to(3, 2), new Dense(4), new Tanh(), new Flatten(), head));
        networks.add(of("penalty", NUMBERS, new Dense(4), new Tanh(), new ActivityPenalty(0.3, 0.2), head));
        networks.add(of("embedding", WORDS, new Embedding(7, 3), new Tanh(), new Flatten(), head));
        Dense encoder = new Dense(4);
        networks.add(of("tied dense", NUMBERS, encoder, new Tanh(), new TiedDense(encoder), new Tanh(), head));
        Embedding words = new Embedding(3, 5);
        Layer first = (scope, x) -> x.slice(1, 0, 1).reshape(Shape.of(x.shape().dim(0), 5));
        networks.add(of("tied embedding", WORDS, words, new Tanh(), first, new TiedDense(words)));
        networks.add(of("moves", NUMBERS, new Dense(6), Reshape.to(3, 2), (Layer) LayerGradientTest::moved, head));
        return networks;
    }

    private static Value moved(Scope scope, Value x) {
        Value turned = x.transpose(0, 2, 1).pad(new int[] {0, 1, 0}, new int[] {0, 0, 2});
        Value largest = x.tanh().max(1, 2).reshape(Shape.of(x.shape().dim(0), 1));
        Value smallest = x.min(1);
        return Value.concat(1, turned.reshape(Shape.of(x.shape().dim(0), 15)), largest, smallest);
    }

    private static Arguments of(String name, Spec input, Layer... layers) {
        return Arguments.of(name, input, Sequential.of(layers));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void matchesFiniteDifferences(String name, Spec input, Layer network) {
        try (Device reference = Device.reference();
                Model model = Model.create(network, input, reference, 7)) {
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(0.1));
            Dataset data = data(input);
            Map<String, float[]> gradients = trainer.gradients(data);
            assertEquals(model.declarations().layout().entries().keySet(), gradients.keySet());
            Random random = new Random(3);
            gradients.forEach((path, gradient) -> {
                for (int sample = 0; sample < Math.min(SAMPLES, gradient.length); sample++) {
                    int at = gradient.length <= SAMPLES ? sample : random.nextInt(gradient.length);
                    double expected = difference(model, trainer, data, path, at);
                    assertEquals(expected, gradient[at], TOLERANCE * Math.max(1, Math.abs(expected)), path + " " + at);
                }
            });
        }
    }

    private static Dataset data(Spec input) {
        Random random = new Random(5);
        int[] labels = random.ints(EXAMPLES, 0, 3).toArray();
        int size = (int) input.shape().size() * EXAMPLES;
        if (input.dtype() == DType.I32) {
            return Dataset.of(random.ints(size, 0, 3).toArray(), input.shape(), labels, 3);
        }
        float[] x = new float[size];
        for (int i = 0; i < size; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return Dataset.of(x, input.shape(), labels, 3);
    }

    private static double difference(Model model, Trainer trainer, Dataset data, String path, int at) {
        float[] values = model.parameter(path);
        float before = values[at];
        float above = before + H;
        float below = before - H;
        values[at] = above;
        model.setParameter(path, values);
        double high = trainer.evaluate(data).get("loss");
        values[at] = below;
        model.setParameter(path, values);
        double low = trainer.evaluate(data).get("loss");
        values[at] = before;
        model.setParameter(path, values);
        return (high - low) / ((double) above - below);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void trainsOnTheCpuAsOnTheReference(String name, Spec input, Layer network) {
        try (Device cpu = TestDevice.open(2);
                Device reference = Device.reference();
                Model native_ = Model.create(network, input, cpu, 7);
                Model right = Model.create(network, input, reference, 7)) {
            Dataset data = data(input);
            for (Model model : List.of(native_, right)) {
                Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(0.05))
                        .withBatchSize(EXAMPLES)
                        .withEpochs(3)
                        .fit(data);
            }
            for (String path : right.declarations().layout().entries().keySet()) {
                float[] expected = right.parameter(path);
                float[] actual = native_.parameter(path);
                for (int i = 0; i < expected.length; i++) {
                    // three steps of some hundred additions each, in single precision
                    assertEquals(expected[i], actual[i], 1e-5, path + " " + i);
                }
            }
        }
    }

    @org.junit.jupiter.api.Test
    void thePenaltyIsPartOfTheReportedLoss() {
        ActivityPenalty penalty = new ActivityPenalty(0.5, 0.25);
        try (Device reference = Device.reference();
                Model model = Model.create(penalty, Shape.of(2), reference, 1)) {
            Dataset data = Dataset.of(new float[] {1, -2, 3, 0}, Shape.of(2), new float[] {1, -2, 3, 2}, Shape.of(2));
            double loss = Trainer.of(model, new MeanSquaredError(), new Sgd(1))
                    .evaluate(data)
                    .get("loss");
            double first = 0 + 0.5 * 3 + 0.25 * 5;
            double second = 2 + 0.5 * 3 + 0.25 * 9;
            assertEquals((first + second) / 2, loss, 1e-12);
        }
    }
}
