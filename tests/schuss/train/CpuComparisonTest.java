package schuss.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.CpuOptions;
import schuss.Device;
import schuss.Model;
import schuss.TestDevice;
import schuss.TestSize;
import schuss.backend.cpu.CpuBackend;
import schuss.data.Dataset;
import schuss.data.files.IdxFolder;
import schuss.datasets.FashionMnist;
import schuss.layers.Layer;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Adam;
import schuss.optim.Momentum;
import schuss.optim.Optimizer;
import schuss.zoo.Zoo;

/**
 * Training on a GPU goes as it does on the processor: on Fashion-MNIST at full size, or on the part of it in the folder that
 * the property {@code schuss.test.images} names, else on small digits.
 */
@Tag("cuda")
class CpuComparisonTest {
    private static final boolean FULL = TestSize.current() == TestSize.FULL;
    private static final String IMAGES = System.getProperty("schuss.test.images");
    private static final int BATCH = TestSize.pick(8, 16, 128);
    private static final int STEPS = TestSize.pick(6, 40, 200);
    private static final int FIRST = TestSize.pick(6, 20, 20);

    /** Of the first steps' losses; to which comes what rounding makes of them on the processor. */
    private static final double FIRST_TOLERANCE = 1e-4;

    /**
     * How far the processor's losses move when its inputs change in their last digits, by 1 to so many of them: as far may a
     * GPU's be, which adds in another order. Adam divides each gradient by its own size, so that one of rounding's size moves
     * its weight as far as any other, and a unit or a pooled pixel that a tie decides goes the other way: at normal size the
     * losses stay within 1e-6 for thirty steps, then, for 4 and 5 last digits as for a GPU, jump to 6e-4 in ten. At full size
     * one thread and two of the processor are 3e-8 apart at the third step, 1.3e-4 at the sixteenth.
     */
    private static final int LAST_DIGITS = 5;

    /** What a mean of losses near 2 may be off by rounding alone: two candidates may be closer by luck. */
    private static final double ROUNDING = 1e-5;

    /** Test accuracy of {@code schuss train fashion-mnist --model lenet} on the processor. */
    private static final double FASHION_ACCURACY = 0.9207;

    private static Dataset train() {
        if (!FULL) {
            return Digits.of(TestSize.pick(100, 1000, 0), 1);
        }
        return IMAGES == null ? FashionMnist.train() : IdxFolder.train(Path.of(IMAGES));
    }

    private static Dataset test() {
        if (!FULL) {
            return Digits.of(TestSize.pick(50, 500, 0), 2);
        }
        return IMAGES == null ? FashionMnist.test() : IdxFolder.test(Path.of(IMAGES));
    }

    private static Trainer trainer(Model model, Optimizer optimizer) {
        return Trainer.of(model, new SoftmaxCrossEntropy(), optimizer).withBatchSize(BATCH);
    }

    private static Model model(Layer layer, Dataset data, Device device) {
        return Model.create(layer, data.input().shape(), device, 42);
    }

    /** The loss of each step, from the same weights and on the same batches whatever the device. */
    private static double[] losses(Device device) {
        return losses(device, train());
    }

    private static double[] losses(Device device, Dataset data) {
        try (device;
                Model model = model(Zoo.lenet(10, 0), data, device)) {
            Trainer trainer = trainer(model, new Adam(1e-3)).withEpochs(1);
            return IntStream.range(0, STEPS)
                    .mapToDouble(step -> trainer.fit(batch(data, step)).last().value("loss"))
                    .toArray();
        }
    }

    private static Dataset batch(Dataset data, int step) {
        return data.subset(IntStream.range(step * BATCH, (step + 1) * BATCH)
                .map(i -> i % data.size())
                .toArray());
    }

    private static double meanDistance(double[] a, double[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> Math.abs(a[i] - b[i]))
                .average()
                .orElseThrow();
    }

    /** The processor's losses when a library adds in another order, and when inputs change by some last digits. */
    private static List<double[]> rounded() {
        List<double[]> losses = new ArrayList<>();
        losses.add(losses(Device.cpu(CpuBackend.physicalCores(), CpuOptions.Provider.OPENBLAS)));
        for (int digits = 1; digits <= LAST_DIGITS; digits++) {
            float factor = 1 + digits * 0x1p-23f;
            Dataset data = train();
            losses.add(losses(Device.cpu(), data.map(data.input().shape(), x -> {
                for (int i = 0; i < x.length; i++) {
                    x[i] *= factor;
                }
                return x;
            })));
        }
        return losses;
    }

    @Test
    void lossesFollowTheProcessors() {
        double[] cpu = losses(Device.cpu());
        double[] gpu = losses(TestDevice.open());
        List<double[]> rounded = rounded();
        double rounding = 0; // so far
        for (int i = 0; i < FIRST; i++) {
            int step = i;
            rounding = Math.max(
                    rounding,
                    rounded.stream()
                            .mapToDouble(other -> Math.abs(cpu[step] - other[step]))
                            .max()
                            .orElseThrow());
            assertEquals(cpu[step], gpu[step], FIRST_TOLERANCE + 3 * rounding, "loss of step " + (step + 1));
        }
        double between = rounded.stream()
                .mapToDouble(other -> meanDistance(cpu, other))
                .max()
                .orElseThrow();
        double here = meanDistance(cpu, gpu);
        String found = String.format(
                Locale.ROOT,
                "lenet, %d steps of %d: losses differ from the CPU's by %.2g, rounding makes %.2g of them there",
                STEPS,
                BATCH,
                here,
                between);
        System.out.println(found);
        assertTrue(here <= 3 * between + ROUNDING, found);
        assertTrue(cpu[STEPS - 1] < cpu[0], "nothing was learned: " + cpu[0] + " to " + cpu[STEPS - 1]);
    }

    /** On one device, which chooses once how to compute each convolution. */
    @Test
    void theSameSeedGivesTheSameBits() {
        Dataset data = train().take(BATCH * TestSize.pick(2, 5, 100) + 3);
        for (boolean residual : new boolean[] {false, true}) {
            Optimizer optimizer = residual ? new Momentum(0.1, 0.9) : new Adam(1e-3);
            try (Device device = TestDevice.open();
                    Model one = model(residual ? Zoo.resnet20(10) : Zoo.lenet(10), data, device);
                    Model two = model(residual ? Zoo.resnet20(10) : Zoo.lenet(10), data, device)) {
                trainer(one, optimizer).fit(data);
                trainer(two, optimizer).fit(data);
                Toy.assertSame(Toy.weights(one), Toy.weights(two));
            }
        }
    }

    @Test
    void lenetLearnsAsWell() {
        double expected = FULL && IMAGES == null ? FASHION_ACCURACY : accuracy(Device.cpu());
        double actual = accuracy(TestDevice.open());
        String found = String.format(Locale.ROOT, "lenet: accuracy %.4f, the CPU's %.4f", actual, expected);
        System.out.println(found);
        double room = !FULL ? 0.02 : IMAGES == null ? 0.005 : 0.01; // of some hundred digits, of 10,000 or 5,000 images
        assertTrue(actual >= expected - room, found);
    }

    private static double accuracy(Device device) {
        Dataset data = train();
        Dataset test = test();
        try (device;
                Model model = model(Zoo.lenet(10), data, device)) {
            Trainer trainer = trainer(model, new Adam(1e-3))
                    .withEpochs(TestSize.pick(1, 2, 10))
                    .withSeed(42)
                    .withMetric(new Accuracy());
            trainer.fit(data);
            return trainer.evaluate(test).get("accuracy");
        }
    }
}
