package schuss.train.loop;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import schuss.data.Dataset;

/** What is computed of all examples in their order, with the weights that predictions see; between epochs. */
public final class Evaluation {
    private static final int MOST_EXAMPLES = 256; // of a batch

    private final Settings settings;
    private final Workspace work;
    private final Dataset data;
    private final int[] order;
    private Batch batch;

    /** Of data that fits the model. */
    public Evaluation(Settings settings, Workspace work, Dataset data) {
        this.settings = settings;
        this.work = work;
        this.data = data;
        order = IntStream.range(0, data.size()).toArray();
    }

    /** Mean loss and metrics by name. */
    public Map<String, Double> means() {
        return betweenEpochs("evaluate", this::computedMeans);
    }

    /** The gradients of the mean loss over one batch of all examples, by path. */
    public Map<String, float[]> gradients() {
        return betweenEpochs("gradients", this::computedGradients);
    }

    /** Computes something on the device's thread; fails inside an epoch, whose weights and totals are still being made. */
    private <T> T betweenEpochs(String what, Callable<T> wanted) {
        return settings.onDevice(() -> {
            if (work.inEpoch()) {
                throw new IllegalStateException(
                        "Trainer: expected " + what + " between epochs, as in onEpoch, got it while one runs");
            }
            work.follow(settings.model(), settings.rule());
            return wanted.call();
        });
    }

    private Map<String, Double> computedMeans() {
        Batches batches = new Batches(data.size(), Math.min(MOST_EXAMPLES, data.size()), 1);
        batch = work.batch(Settings.batch(settings.model(), settings.goal(), data, batches.size()));
        work.control().reset();
        for (int number = 0; number < batches.count(); number++) {
            int count = load(batches, number);
            work.session(settings.evaluation(data, count)).run();
        }
        work.control().readTotals();
        if (Double.isNaN(work.control().meanLoss())) {
            expectLabels(batches);
        }
        return work.control().means();
    }

    private int load(Batches batches, int number) {
        int count = batches.examplesOf(number);
        batch.load(data, order, number * batches.size(), count);
        return count;
    }

    /** Refuses labels that are no classes and indices outside of a table: they made the loss NaN, but so may sound data and weights that are not. */
    private void expectLabels(Batches batches) {
        for (int number = 0; number < batches.count(); number++) {
            int count = load(batches, number);
            Diagnosis diagnosis =
                    new Diagnosis(settings.model(), work, batch, work.session(settings.evaluation(data, count)));
            String label = diagnosis.wrongNumber(data, order, number * batches.size(), count);
            if (label != null) {
                throw new IllegalArgumentException("data: " + label);
            }
        }
    }

    private Map<String, float[]> computedGradients() {
        batch = work.batch(Settings.batch(settings.model(), settings.goal(), data, data.size()));
        batch.load(data, order, 0, data.size());
        work.control().reset();
        work.session(settings.gradients(data)).run();
        Map<String, float[]> gradients = new LinkedHashMap<>();
        settings.model()
                .declarations()
                .layout()
                .entries()
                .keySet()
                .forEach(path -> gradients.put(path, work.gradient(path)));
        work.clearGradients();
        return gradients;
    }
}
