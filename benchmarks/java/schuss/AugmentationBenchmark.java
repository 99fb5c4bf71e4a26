package schuss;

import schuss.data.Dataset;
import schuss.data.augment.Augmentation;
import schuss.data.augment.Augmenter;
import schuss.datasets.FashionMnist;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.train.Callback;
import schuss.train.Epoch;
import schuss.train.Trainer;
import schuss.zoo.Zoo;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * What changing images costs beside training on them. In one process and in turns: a few steps of the LeNet of the zoo with
 * batches of 128, and each chain on one batch, read as training reads it, by one thread. Prints medians, of the thread's own
 * time as well as of the clock's: the former also holds beside other programs.
 *
 * <p>Argument: the number of rounds, 40 unless given.
 */
final class AugmentationBenchmark {
    private static final int BATCH = 128;
    private static final int STEPS = 4; // a round
    private static final int ROUNDS = 40;
    private static final int WARM_UP = 5; // rounds that do not count
    private static final int REPEATS = 3; // of a chain in a round
    private static final double NANOS = 1e9;
    private static final String ALL = "flip,flip-vertical,rotate:15,translate:0.1,crop:2,resized-crop:0.5,affine:10:0.1:0.2:5,"
            + "elastic:8:4,colour:0.2:0.2:0.2,noise:0.05,erase:0.2";
    private static final String[] CHAINS = {
        "flip", "flip,translate:0.1", "flip,translate:0.1,rotate:15", "elastic:8:4", "noise:0.05", "colour:0.2:0.2:0.2", ALL
    };

    /** One chain on one batch of images, and how long that took. */
    private static final class Case {
        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

        private final String name;
        private final Dataset data;
        private final Augmenter augmenter;
        private final ByteBuffer inputs;
        private final ByteBuffer targets = ByteBuffer.allocateDirect(BATCH * Integer.BYTES);
        private final List<Double> clock = new ArrayList<>();
        private final List<Double> own = new ArrayList<>();

        Case(String chain, Dataset data) {
            name = data.input().shape() + " " + (chain.equals(ALL) ? "all steps" : chain);
            this.data = data;
            augmenter = Augmentation.parse(chain).begin(data.input(), 42, 1);
            int bytes = Math.toIntExact(
                    BATCH * data.input().shape().size() * data.input().dtype().bytes());
            inputs = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
            targets.order(ByteOrder.nativeOrder());
        }

        void run(boolean counts) {
            for (int repeat = 0; repeat < REPEATS; repeat++) {
                long began = System.nanoTime();
                long ownBegan = THREADS.getCurrentThreadCpuTime();
                for (int row = 0; row < BATCH; row++) {
                    data.read(row, row, inputs, targets);
                    augmenter.change(row, row, inputs);
                }
                if (counts) {
                    own.add((THREADS.getCurrentThreadCpuTime() - ownBegan) / NANOS);
                    clock.add((System.nanoTime() - began) / NANOS);
                }
            }
        }

        void print(double step) {
            double seconds = median(clock);
            System.out.printf(
                    Locale.ROOT,
                    "%-50s %7.3f ms, own %7.3f ms, of a step %5.1f %%%n",
                    name,
                    1000 * seconds,
                    1000 * median(own),
                    100 * seconds / step);
        }
    }

    private AugmentationBenchmark() {}

    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : ROUNDS;
        Dataset images = FashionMnist.train().take(STEPS * BATCH);
        List<Case> cases = new ArrayList<>();
        for (Dataset data : List.of(images, coloured())) {
            for (String chain : CHAINS) {
                cases.add(new Case(chain, data));
            }
        }
        List<Double> steps = new ArrayList<>();
        try (Device device = Device.cpu();
                Model model = Model.create(Zoo.lenet(10), Shape.of(28, 28, 1), device, 42)) {
            Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(1e-3))
                    .withBatchSize(BATCH)
                    .withEpochs(rounds + WARM_UP)
                    .withCallback(Callback.everyEpoch((epoch, training) -> round(epoch, steps, cases)))
                    .fit(images);
        }
        double step = median(steps);
        System.out.printf(Locale.ROOT, "%-50s %7.3f ms%n", "(28, 28, 1) a step of training", 1000 * step);
        cases.forEach(c -> c.print(step));
    }

    private static void round(Epoch epoch, List<Double> steps, List<Case> cases) {
        boolean counts = epoch.number() > WARM_UP;
        if (counts) {
            steps.add(epoch.seconds() / STEPS);
        }
        cases.forEach(c -> c.run(counts));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    /** Coloured ones, as many as a batch has. */
    private static Dataset coloured() {
        float[] pixels = new float[BATCH * 32 * 32 * 3];
        new Philox(42, 0).uniforms(pixels);
        return Dataset.of(pixels, Shape.of(32, 32, 3), new int[BATCH], 2);
    }
}
