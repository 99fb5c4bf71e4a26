package schuss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.layers.Dense;
import schuss.layers.Sequential;
import schuss.layers.Tanh;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Optimizer;

/** A network, data for it, and what tests ask of its weights. */
public final class Toy {
    private Toy() {}

    static Stream<Device> devices() {
        return Stream.of(Device.reference(), TestDevice.open(), TestDevice.open(2));
    }

    /** Four numbers to three classes: 0.dense, 1.tanh, 2.dense. */
    public static Model model(Device device) {
        return Model.create(Sequential.of(new Dense(6), new Tanh(), new Dense(3)), Shape.of(4), device, 7);
    }

    /** Examples that no two share, all in one batch where it is not set otherwise. */
    public static Dataset data(int count) {
        float[] x = new float[4 * count];
        int[] labels = new int[count];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(1.7 * i);
        }
        for (int i = 0; i < count; i++) {
            labels[i] = x[4 * i] > 0.3 ? 2 : x[4 * i + 1] > 0 ? 1 : 0;
        }
        return Dataset.of(x, Shape.of(4), labels, 3);
    }

    public static Trainer trainer(Model model, Optimizer optimizer) {
        return Trainer.of(model, new SoftmaxCrossEntropy(), optimizer).withBatchSize(1000);
    }

    public static Map<String, float[]> weights(Model model) {
        Map<String, float[]> weights = new TreeMap<>();
        model.declarations().layout().entries().keySet().forEach(path -> weights.put(path, model.parameter(path)));
        return weights;
    }

    /** The weights after some training with these settings. */
    static Map<String, float[]> trained(
            Device device, Optimizer optimizer, int epochs, UnaryOperator<Trainer> settings) {
        try (Model model = model(device)) {
            settings.apply(trainer(model, optimizer).withEpochs(epochs)).fit(data(40));
            return weights(model);
        }
    }

    public static void assertSame(Map<String, float[]> expected, Map<String, float[]> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((path, values) -> assertArrayEquals(values, actual.get(path), path));
    }

    static void assertNear(Map<String, float[]> expected, Map<String, float[]> actual, float tolerance) {
        expected.forEach((path, values) -> assertArrayEquals(values, actual.get(path), tolerance, path));
    }
}
