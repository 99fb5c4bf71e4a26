package schuss.train.loop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import schuss.Model;
import schuss.Spec;
import schuss.backend.runtime.ModelMemory;
import schuss.data.Dataset;
import schuss.data.InputCheck;
import schuss.internal.Inside;
import schuss.layers.LayerException;
import schuss.losses.Objective;
import schuss.metrics.Watched;
import schuss.optim.Optimizer;
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
public record Settings(
        Model model,
        Goal goal,
        UpdateRule rule,
        int batchSize,
        long seed,
        Rates rates,
        Loading loading,
        int epochs,
        Dataset validation) {
    private static final int BATCH_SIZE = 128;
    private static final long SEED = 42;

    /** What holds unless something else is set. */
    public static Settings of(Model model, List<Objective> objectives, Optimizer optimizer) {
        Goal goal = new Goal(objectives, List.of());
        UpdateRule rule = new UpdateRule(optimizer);
        return new Settings(model, goal, rule, BATCH_SIZE, SEED, Rates.of(optimizer), Loading.PLAIN, 1, null);
    }

    public Settings withMetric(Watched metric) {
        List<Watched> metrics = new ArrayList<>(goal.metrics());
        metrics.add(metric);
        Goal more = new Goal(goal.objectives(), metrics);
        return new Settings(model, more, rule, batchSize, seed, rates, loading, epochs, validation);
    }

    public Settings withRule(UpdateRule value) {
        return new Settings(model, goal, value, batchSize, seed, rates, loading, epochs, validation);
    }

    public Settings withBatchSize(int value) {
        return new Settings(model, goal, rule, value, seed, rates, loading, epochs, validation);
    }

    public Settings withSeed(long value) {
        return new Settings(model, goal, rule, batchSize, value, rates, loading, epochs, validation);
    }

    public Settings withRates(Rates value) {
        return new Settings(model, goal, rule, batchSize, seed, value, loading, epochs, validation);
    }

    public Settings withLoading(Loading value) {
        return new Settings(model, goal, rule, batchSize, seed, rates, value, epochs, validation);
    }

    public Settings withEpochs(int value) {
        return new Settings(model, goal, rule, batchSize, seed, rates, loading, value, validation);
    }

    public Settings withValidation(Dataset value) {
        return new Settings(model, goal, rule, batchSize, seed, rates, loading, epochs, value);
    }

    /** Fails where there is nothing to train. */
    public void expectParameters() {
        expectParameters(model);
    }

    public static void expectParameters(Model model) {
        if (model.declarations().parameters().isEmpty()) {
            throw new IllegalArgumentException(
                    "Trainer: expected at least one parameter to train, got a network without any");
        }
    }

    /** Fails where data does not fit the model, or a layer refuses one of its batches. */
    public void checkAll(Dataset... all) {
        expectParameters();
        for (Dataset data : all) {
            check(data);
            for (Job job : trainings(data)) {
                try {
                    model.declarations().expectSame(job.maker().get().declarations());
                } catch (LayerException e) {
                    throw explained(e, all);
                }
            }
        }
    }

    /** What a layer refuses, with a batch size that leaves no example alone where one was; for any of the data. */
    public IllegalArgumentException explained(LayerException refused, Dataset... all) {
        for (Dataset data : all) {
            if (data.size() > batchSize && data.size() % batchSize == 1) {
                int other = IntStream.iterate(batchSize - 1, size -> size > 1, size -> size - 1)
                        .filter(size -> Arrays.stream(all).allMatch(d -> d.size() == size || d.size() % size != 1))
                        .findFirst()
                        .orElse(data.size());
                return new LayerException(
                        refused.getMessage() + "; " + data.size() + " examples in batches of " + batchSize
                                + " leave 1 for the last: the batch size " + other + " leaves none alone",
                        refused);
            }
        }
        return refused;
    }

    /** Fails where data does not fit the model. */
    public void check(Dataset data) {
        check(model, data);
    }

    /** Fails where data does not fit a model. */
    public static void check(Model model, Dataset data) {
        checkInput(model, data);
        if (data.classes() > 0 && data.classes() > model.outputSize()) {
            throw new IllegalArgumentException("data: expected labels of at most " + model.outputSize()
                    + " classes, one per output of the model, got " + data.classes() + " classes");
        }
    }

    /** Fails where the examples, whatever their labels, do not fit a model. */
    public static void checkInput(Model model, Dataset data) {
        InputCheck.check(model.inputs(), data);
    }

    /**
     * Runs work on the device's thread, where models are closed too: one that is open when the work begins stays open
     * until it ends.
     */
    public <T> T onDevice(Callable<T> work) {
        return model.device().call(() -> {
            Inside.of(model, ModelMemory.class).checkOpen();
            return work.call();
        });
    }

    public void onDevice(Runnable work) {
        onDevice(() -> {
            work.run();
            return null;
        });
    }

    public Batches batches(Dataset data) {
        return new Batches(data.size(), Math.min(batchSize, data.size()), rule.accumulate());
    }

    /** What so many examples of some data bring to a program of a model. */
    public static BatchSpec batch(Model model, Goal goal, Dataset data, int count) {
        List<Spec> inputs = new ArrayList<>();
        for (Spec field : data.inputs()) { // a single one is the model's, whatever it is called
            String name = data.inputs().size() == 1 ? model.input().name() : field.name();
            inputs.add(new Spec(name, field.dtype(), field.shape()).batched(count));
        }
        List<Spec> targets = new ArrayList<>();
        for (Spec field : data.targets()) {
            String name = data.targets().size() == 1 && goal.onlyTarget() != null ? goal.onlyTarget() : field.name();
            targets.add(new Spec(name, field.dtype(), field.shape()).batched(count));
        }
        return new BatchSpec(inputs, targets, data.weighted());
    }

    /** One batch of an epoch: a step of training, or the part of it in an update of several. */
    public Job training(Dataset data, Batches batches, int number) {
        BatchSpec batch = batch(model, goal, data, batches.examplesOf(number));
        Part part = batches.part(number);
        return Job.training(part, batch, rule, () -> Programs.training(model.network(), batch, goal, rule, part));
    }

    /** Every kind of batch that an epoch has: those of its first update and of its last. */
    public Collection<Job> trainings(Dataset data) {
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
        BatchSpec batch = batch(model, goal, data, count);
        return Job.of(Job.Kind.EVALUATION, batch, () -> Programs.evaluation(model.network(), batch, goal));
    }

    /** The gradients of the mean loss over all of the data. */
    public Job gradients(Dataset data) {
        return gradients(model, goal, data);
    }

    /** The gradients of a mean loss over all of the data. */
    public static Job gradients(Model model, Goal goal, Dataset data) {
        BatchSpec batch = batch(model, goal, data, data.size());
        return Job.of(Job.Kind.GRADIENTS, batch, () -> Programs.gradients(model.network(), batch, goal));
    }
}
