package schuss.losses;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.layers.Layer;
import schuss.optim.Sgd;
import schuss.train.Trainer;

/** Losses by hand, and against figures that others publish with their tests. */
class LossTest {
    private static final Layer SAME = (scope, x) -> x;

    /** The mean loss of outputs that are the inputs. */
    private static void check(Loss loss, Dataset data, double expected, double tolerance) {
        try (Device cpu = Device.cpu(1);
                Device reference = Device.reference()) {
            for (Device device : new Device[] {cpu, reference}) {
                try (Model model = Model.create(SAME, data.input().shape(), device, 1)) {
                    double value =
                            Trainer.of(model, loss, new Sgd(1)).evaluate(data).get("loss");
                    assertEquals(expected, value, tolerance, device.toString());
                }
            }
        }
    }

    private static Dataset numbers(float[] outputs, float[] targets, int width) {
        return Dataset.of(outputs, Shape.of(width), targets, Shape.of(width));
    }

    @Test
    void meanSquaredError() {
        float[] outputs = {4, 8, 12, 8, 1, 3};
        float[] targets = {1, 9, 2, -5, -2, 6};
        // keras-team/keras@3422977a, keras/src/losses/losses_test.py
        check(new MeanSquaredError(), numbers(outputs, targets, 3), 49.5, 1e-5);
        check(new MeanSquaredError(), numbers(new float[] {1, 5}, new float[] {0, 3}, 2), 2.5, 1e-6);
        check(new MeanSquaredError(), numbers(new float[] {3}, new float[] {3}, 1), 0, 0);
    }

    @Test
    void binaryCrossEntropy() {
        float[] logits = {10, -10, 10, 10, 10, -10};
        float[] targets = {1, 0, 1, 0, 1, 1};
        // keras-team/keras@3422977a, keras/src/losses/losses_test.py
        check(new BinaryCrossEntropy(), numbers(logits, targets, 3), 3.3333, 1e-3);
        double exact = (4 * Math.log1p(Math.exp(-10)) + 2 * (10 + Math.log1p(Math.exp(-10)))) / 6;
        check(new BinaryCrossEntropy(), numbers(logits, targets, 3), exact, 1e-6);
        check(new BinaryCrossEntropy(), numbers(new float[] {0}, new float[] {0.3f}, 1), Math.log(2), 1e-6);
        // no overflow
        check(new BinaryCrossEntropy(), numbers(new float[] {1000, -1000}, new float[] {0, 1}, 2), 1000, 1e-3);
        check(new BinaryCrossEntropy(), numbers(new float[] {1000, -1000}, new float[] {1, 0}, 2), 0, 0);
    }

    @Test
    void softmaxCrossEntropy() {
        float[] logits = {8, 1, 1, 0, 9, 1, 2, 3, 5};
        // keras-team/keras@3422977a, keras/src/losses/losses_test.py
        check(new SoftmaxCrossEntropy(), Dataset.of(logits, Shape.of(3), new int[] {0, 1, 2}, 3), 0.0573, 1e-4);
        float[] row = {0.088f, 0.86f, 0.018f};
        check(new SoftmaxCrossEntropy(), Dataset.of(row, Shape.of(3), new int[] {2}, 3), 1.480129, 1e-5);
        check(new SoftmaxCrossEntropy(), Dataset.of(new float[4], Shape.of(4), new int[] {1}, 4), Math.log(4), 1e-6);
        float[] far = {1000, -1000};
        check(new SoftmaxCrossEntropy(), Dataset.of(far, Shape.of(2), new int[] {1}, 2), 2000, 1e-2);
        check(new SoftmaxCrossEntropy(), Dataset.of(far, Shape.of(2), new int[] {0}, 2), 0, 0);
    }

    @Test
    void aLossOfOnesOwn() {
        Loss absolute = (output, target) -> output.sub(target).map(e -> e.abs()).mean(-1);
        check(absolute, numbers(new float[] {1, -5}, new float[] {0, 3}, 2), 4.5, 1e-6);
    }
}
