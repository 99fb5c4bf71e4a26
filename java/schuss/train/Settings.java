package schuss.train;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import schuss.DType;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.data.Dataset;
import schuss.losses.Loss;
import schuss.losses.Objective;
import schuss.metrics.Metric;
import schuss.metrics.Watched;
import schuss.optim.UpdateRule;
import schuss.trace.BatchSpec;
import schuss.trace.Goal;
import schuss.trace.Part;
import schuss.trace.Programs;

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

    /** What outputs are compared by. */
    Goal goal() {
        return new Goal(
                List.of(Objective.of(loss)), metrics.stream().map(Watched::of).toList());
    }

    /** What so many examples of some data bring to a program of a model. */
    static BatchSpec batch(Model model, Dataset data, int count) {
        Spec input = new Spec(
                model.input().name(), data.input().dtype(), data.input().shape());
        Spec target =
                new Spec(Objective.TARGET, data.target().dtype(), data.target().shape());
        return new BatchSpec(List.of(input.batched(count)), List.of(target.batched(count)), data.weighted());
    }

    /** One batch of an epoch: a step of training, or the part of it in an update of several. */
    Job training(Dataset data, Batches batches, int number) {
        BatchSpec batch = batch(model, data, batches.examplesOf(number));
        Part part = batches.part(number);
        return Job.of(
                Job.Kind.TRAINING, part, batch, () -> Programs.training(model.network(), batch, goal(), rule, part));
    }

    /** Every kind of batch that an epoch has: those of its first update and of its last. */
    Collection<Job> trainings(Dataset data) {
        Batches batches = batches(data);
        int last = batches.count() - 1;
        Map<Job.Key, Job> jobs = new LinkedHashMap<>();
        for (int batch = 0; batch <= Math.min(last, rule.accumulate() - 1); batch++) {
            Job job = training(data, batches, batch);
            jobs.putIfAbsent(job.key(), job);
        }
        for (int batch = last / rule.accumulate() * rule.accumulate(); batch <= last; batch++) {
            Job job = training(data, batches, batch);
            jobs.putIfAbsent(job.key(), job);
        }
        return jobs.values();
    }

    /** Loss and metrics of so many examples. */
    Job evaluation(Dataset data, int count) {
        BatchSpec batch = batch(model, data, count);
        return Job.of(
                Job.Kind.EVALUATION, Part.WHOLE, batch, () -> Programs.evaluation(model.network(), batch, goal()));
    }

    /** The gradients of the mean loss over all of the data. */
    Job gradients(Dataset data) {
        return gradients(model, loss, data);
    }

    /** The gradients of a mean loss over all of the data. */
    static Job gradients(Model model, Loss loss, Dataset data) {
        BatchSpec batch = batch(model, data, data.size());
        return Job.of(
                Job.Kind.GRADIENTS,
                Part.WHOLE,
                batch,
                () -> Programs.gradients(model.network(), batch, new Goal(List.of(Objective.of(loss)), List.of())));
    }
}
