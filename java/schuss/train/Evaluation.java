package schuss.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import schuss.data.Dataset;

/** What is computed of all examples in their order, with the weights that predictions see; on the device's thread. */
final class Evaluation {
    private static final int MOST_EXAMPLES = 256; // of a batch

    private final Settings settings;
    private final Workspace work;
    private final Dataset data;
    private final int[] order;

    Evaluation(Settings settings, Workspace work, Dataset data) {
        this.settings = settings;
        this.work = work;
        this.data = data;
        order = IntStream.range(0, data.size()).toArray();
    }

    /** Mean loss and metrics by name. */
    Map<String, Double> means() {
        Batches batches = new Batches(data.size(), Math.min(MOST_EXAMPLES, data.size()), 1);
        work.prepare(data, batches.size());
        work.control().reset();
        for (int batch = 0; batch < batches.count(); batch++) {
            int count = load(batches, batch);
            work.executable(settings.evaluation(data, count)).run();
        }
        work.control().readTotals();
        if (Double.isNaN(work.control().meanLoss())) {
            expectLabels(batches);
        }
        return work.control().means();
    }

    private int load(Batches batches, int batch) {
        int count = batches.examplesOf(batch);
        work.batch().load(data, order, batch * batches.size(), count);
        return count;
    }

    /** Refuses labels that are no classes: they made the loss NaN, but so may sound data and weights that are not. */
    private void expectLabels(Batches batches) {
        for (int batch = 0; batch < batches.count(); batch++) {
            int count = load(batches, batch);
            Diagnosis diagnosis =
                    new Diagnosis(settings.model(), work, work.executable(settings.evaluation(data, count)));
            String label = diagnosis.wrongLabel(data, order, batch * batches.size(), count);
            if (label != null) {
                throw new IllegalArgumentException("data: " + label);
            }
        }
    }

    /** The gradients of the mean loss over one batch of all examples, by path. */
    Map<String, float[]> gradients() {
        work.prepare(data, data.size());
        work.batch().load(data, order, 0, data.size());
        work.control().reset();
        work.executable(settings.gradients(data)).run();
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
