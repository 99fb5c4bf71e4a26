package schuss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;
import schuss.layers.Dense;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;

/** Numbers that are not finite: where training stops, what it says, and what it leaves as it was. */
@Tag("device")
class NotFiniteTest {
    /** Numbers grow as they pass, where Toy's tanh would hold them. */
    private static Model relu(Device device) {
        return Model.create(Sequential.of(new Dense(5), new Relu(), new Dense(3)), Shape.of(4), device, 1);
    }

    /** Training stops at a number that is not finite, says where it came from, and keeps the weights before it. */
    private static String stopped(Device device, Unchecked good, Unchecked bad, int at) {
        try (Model model = relu(device);
                Model same = relu(device)) {
            Trainer trainer =
                    Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01)).withBatchSize(8);
            NotFiniteException e = assertThrows(NotFiniteException.class, () -> trainer.fit(bad));
            // until then nothing differs: the same order, the same steps
            int[] order = new schuss.Philox(42, 1 << 30, 1).permutation(good.size());
            int step = indexOf(order, at) / 8;
            assertTrue(e.getMessage().contains("epoch 1 at step " + (step + 1)), e.getMessage());
            Trainer other =
                    Trainer.of(same, new SoftmaxCrossEntropy(), new Adam(0.01)).withBatchSize(8);
            for (int i = 0; i < step; i++) { // step by step: each an epoch of one batch, in its own order
                other.fit(good.subset(Arrays.copyOfRange(order, 8 * i, 8 * i + 8)));
            }
            Map<String, float[]> expected = Toy.weights(same);
            // the order within a batch changes how its gradients round
            Toy.weights(model).forEach((path, values) -> assertArrayEquals(expected.get(path), values, 1e-4f, path));
            trainer.fit(good); // and it goes on from there
            return e.getMessage();
        }
    }

    private static int indexOf(int[] order, int value) {
        for (int i = 0; i < order.length; i++) {
            if (order[i] == value) {
                return i;
            }
        }
        throw new AssertionError(value);
    }

    @Test
    void numbersThatAreNotFinite() {
        try (Device cpu = TestDevice.open();
                Device reference = Device.reference()) {
            for (Device device : new Device[] {cpu, reference}) {
                for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                    Unchecked data = Unchecked.plain(50);
                    data.x()[33][2] = bad;
                    String message = stopped(device, Unchecked.plain(50), data, 33);
                    assertTrue(message.contains("the data, example 33, number 2"), message);
                    assertTrue(message.contains(String.valueOf(bad)), message);
                }
                for (int label : new int[] {3, -1}) {
                    Unchecked data = Unchecked.plain(50);
                    data.labels()[20] = label;
                    String message = stopped(device, Unchecked.plain(50), data, 20);
                    assertTrue(message.contains("label " + label + " of example 20"), message);
                    assertTrue(message.contains("0 to 2"), message);
                }
            }
            // finite in double, not in single
            Unchecked large = Unchecked.plain(50);
            Arrays.fill(large.x()[7], 3e38f);
            String message = stopped(cpu, Unchecked.plain(50), large, 7);
            assertTrue(message.contains("Infinity from MatMul"), message);
        }
    }

    @Test
    void parametersThatAreNotFinite() {
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            model.setParameter("2.dense/bias", 1, Float.NaN, 2);
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam());
            NotFiniteException e = assertThrows(NotFiniteException.class, () -> trainer.fit(Unchecked.plain(10)));
            assertTrue(e.getMessage().contains("NaN in the parameter \"2.dense/bias\""), e.getMessage());
        }
    }

    /** A batch in the middle of an update is not finite: neither weights nor averages move, and training goes on as if. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void whatIsNotFiniteChangesNothing(Device device) {
        try (device;
                Model model = Toy.model(device);
                Model other = Toy.model(device)) {
            UnaryOperator<Trainer> settings = t -> t.withBatchSize(10)
                    .withAccumulation(3)
                    .withClipNorm(0.1)
                    .withMaxNorm(1)
                    .withAverageWeights(0.9)
                    .withL1(0.001);
            Trainer trainer = settings.apply(Toy.trainer(model, new Adam(0.01)));
            Trainer twin = settings.apply(Toy.trainer(other, new Adam(0.01)));
            trainer.fit(Toy.data(40));
            twin.fit(Toy.data(40));
            Map<String, float[]> before = Toy.weights(model);
            Toy.assertSame(Toy.weights(other), before);
            Unchecked infinite = Unchecked.plain(30);
            infinite.x()[1][1] = Float.POSITIVE_INFINITY;
            assertThrows(NotFiniteException.class, () -> trainer.fit(infinite));
            Toy.assertSame(before, Toy.weights(model));
            trainer.fit(Toy.data(40));
            twin.fit(Toy.data(40));
            Toy.assertSame(Toy.weights(other), Toy.weights(model));
        }
    }
}
