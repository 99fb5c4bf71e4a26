package schuss.train;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import schuss.DType;
import schuss.Model;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.losses.Loss;
import schuss.metrics.Metric;
import schuss.optim.UpdateRule;
import schuss.program.Request;

/**
 * What is trained and how, as an epoch finds it set and keeps it to its end; so it knows what to ask for of a program.
 *
 * @param epochs of one fit
 * @param validation null for none
 */
record Settings(
        Model model,
        Loss loss,
        List<Metric> metrics,
        UpdateRule rule,
        int batchSize,
        long seed,
        Rates rates,
        Loading loading,
        int epochs,
        Dataset validation) {
    Settings {
        metrics = List.copyOf(metrics);
    }

    /** Fails where data does not fit the model. */
    void check(Dataset data) {
        check(model, data);
    }

    /** Fails where data does not fit a model. */
    static void check(Model model, Dataset data) {
        checkInput(model, data);
        if (data.classes() > model.outputSize()) {
            throw new IllegalArgumentException("data: expected labels of at most " + model.outputSize()
                    + " classes, one per output of the model, got " + data.classes() + " classes");
        }
    }

    /** Fails where the examples, whatever their labels, do not fit a model. */
    static void checkInput(Model model, Dataset data) {
        if (data.size() < 1) {
            throw new IllegalArgumentException("data: expected at least 1 example, got " + data.size());
        }
        Shape expected = model.input().shape();
        if (!data.input().shape().equals(expected)) {
            throw new IllegalArgumentException("data: expected examples of " + expected + " as the model's input, got "
                    + data.input().shape());
        }
        boolean integers = model.input().dtype() == DType.I32;
        if (integers != (data.input().dtype() == DType.I32)) {
            throw new IllegalArgumentException(
                    "data: expected examples of type " + model.input().dtype() + " as the model's input, got "
                            + data.input().dtype());
        }
    }

    /**
     * Runs work on the device's thread, where models are closed too: one that is open when the work begins stays open
     * until it ends.
     */
    <T> T onDevice(Callable<T> work) {
        return model.device().call(() -> {
            model.checkOpen();
            return work.call();
        });
    }

    void onDevice(Runnable work) {
        onDevice(() -> {
            work.run();
            return null;
        });
    }

    Batches batches(Dataset data) {
        return new Batches(data.size(), Math.min(batchSize, data.size()), rule.accumulate());
    }

    /** One batch of an epoch: a step of training, or the part of it in an update of several. */
    Request training(Dataset data, Batches batches, int batch) {
        int count = batches.examplesOf(batch);
        return Request.training(
                        model.layer(),
                        data.input().batched(count),
                        data.target().batched(count),
                        loss,
                        metrics,
                        rule,
                        batches.part(batch))
                .withExampleWeights(data.weighted());
    }

    /** Every kind of batch that an epoch has: those of its first update and of its last. */
    Set<Request> trainings(Dataset data) {
        Batches batches = batches(data);
        int last = batches.count() - 1;
        Set<Request> requests = new LinkedHashSet<>();
        for (int batch = 0; batch <= Math.min(last, rule.accumulate() - 1); batch++) {
            requests.add(training(data, batches, batch));
        }
        for (int batch = last / rule.accumulate() * rule.accumulate(); batch <= last; batch++) {
            requests.add(training(data, batches, batch));
        }
        return requests;
    }

    /** Loss and metrics of so many examples. */
    Request evaluation(Dataset data, int count) {
        return Request.evaluation(
                        model.layer(),
                        data.input().batched(count),
                        data.target().batched(count),
                        loss,
                        metrics)
                .withExampleWeights(data.weighted());
    }

    /** The gradients of the mean loss over all of the data. */
    Request gradients(Dataset data) {
        return Request.gradients(
                        model.layer(),
                        data.input().batched(data.size()),
                        data.target().batched(data.size()),
                        loss,
                        Request.Gradients.PARAMETERS)
                .withExampleWeights(data.weighted());
    }
}
