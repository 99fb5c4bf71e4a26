package schuss;

import schuss.data.Dataset;
import schuss.layers.Dense;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.train.Trainer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * What a step costs in {@link Trainer#fit} beside the bare one, which {@link Trainer#session} runs again and again with the
 * same batch: the reading of batches, and of epochs their beginning and end, which weigh most where epochs are short. A net
 * of 30-64-64-2 with batches of 32, on one thread: so small that a step is over in no time. The bare step runs on the
 * device's thread, as in fit, and from another one, as in most loops. In one process and in turns; prints medians, the
 * ratio's of neighbours in time.
 *
 * <p>Argument: the number of rounds, 40 unless given.
 */
final class FitBenchmark {
    private static final int BATCH = 32;
    private static final int FEATURES = 30;
    private static final int ROUNDS = 40;
    private static final int WARM_UP = 10; // rounds that do not count
    private static final int STEPS = 4000; // of every case in a round, or a little more
    private static final int[] BATCHES = {5, 18, 63, 2000}; // an epoch
    // nothing is learned: gradients would come to be of the smallest numbers, which processors are slow with
    private static final double RATE = 1e-8;
    private static final double NANOS_IN_MICROS = 1000;

    private FitBenchmark() {}

    /** Steps of one kind. */
    private static final class Case {
        private final String name;
        private final int steps;
        private final Runnable run;
        private final List<Double> micros = new ArrayList<>(); // a step
        private final List<Double> ratios = new ArrayList<>();

        Case(String name, int steps, Runnable run) {
            this.name = name;
            this.steps = steps;
            this.run = run;
        }

        /** How long a step takes. */
        double time() {
            long began = System.nanoTime();
            run.run();
            return (System.nanoTime() - began) / NANOS_IN_MICROS / steps;
        }

        void print() {
            System.out.printf(Locale.ROOT, "%-30s %8.1f us a step, %5.2f%n", name, median(micros), median(ratios));
        }
    }

    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : ROUNDS;
        try (Device device = Device.cpu(1);
                Model model = model(device);
                Session session = trainer(model).session(BATCH)) {
            session.set("input", features(1)).set("target", labels(1));
            Case bare = new Case("bare", STEPS, () -> device.call(() -> run(session)));
            List<Case> cases = new ArrayList<>(List.of(bare));
            cases.add(new Case("bare, from another thread", STEPS, () -> run(session)));
            List<Model> models = new ArrayList<>();
            for (int batches : BATCHES) {
                int epochs = (STEPS + batches - 1) / batches;
                Dataset data = data(batches);
                Model own = model(device);
                models.add(own);
                Trainer trainer = trainer(own).withEpochs(epochs);
                cases.add(new Case("fit, " + batches + " batches an epoch", epochs * batches, () -> trainer.fit(data)));
            }
            for (int round = 0; round < rounds + WARM_UP; round++) {
                round(bare, cases, round >= WARM_UP);
            }
            cases.forEach(Case::print);
            models.forEach(Model::close);
        }
    }

    private static void round(Case bare, List<Case> cases, boolean counts) {
        for (Case c : cases) {
            double base = bare.time();
            double time = c.time();
            if (counts) {
                c.micros.add(time);
                c.ratios.add(time / base);
            }
        }
    }

    private static Model model(Device device) {
        Sequential network =
                Sequential.of(new Dense(64), new Relu(), new Dense(64), new Relu(), new Dense(2));
        return Model.create(network, Shape.of(FEATURES), device, 42);
    }

    private static Trainer trainer(Model model) {
        return Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(RATE)).withBatchSize(BATCH);
    }

    private static Session run(Session session) {
        for (int i = 0; i < STEPS; i++) {
            session.run();
        }
        return session;
    }

    private static float[] features(int batches) {
        float[] features = new float[batches * BATCH * FEATURES];
        new Philox(42, 0).uniforms(features);
        return features;
    }

    private static int[] labels(int batches) {
        int[] labels = new int[batches * BATCH];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 2;
        }
        return labels;
    }

    private static Dataset data(int batches) {
        return Dataset.of(features(batches), Shape.of(FEATURES), labels(batches), 2);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
