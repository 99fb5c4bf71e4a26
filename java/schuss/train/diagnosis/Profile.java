package schuss.train.diagnosis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import schuss.Model;
import schuss.Session;
import schuss.backend.Backend;
import schuss.backend.Stopwatch;
import schuss.backend.runtime.ModelMemory;
import schuss.data.Dataset;
import schuss.internal.Inside;
import schuss.ir.Step;
import schuss.optim.Sgd;
import schuss.optim.UpdateRule;
import schuss.trace.BatchSpec;
import schuss.trace.Goal;
import schuss.trace.Programs;
import schuss.train.Trainer;
import schuss.train.loop.Batches;
import schuss.train.loop.Inspection;
import schuss.train.loop.Job;
import schuss.train.loop.Settings;
import schuss.train.loop.Workspace;

/**
 * Where the time of a program goes, step by step, in microseconds. All times are means over the middle half of many
 * runs. Runs that time each step alternate with runs that are timed as a whole, so both see the machine in the same
 * state; the sum of the steps should be about the time of the whole.
 *
 * <p>On a GPU the times of steps are those of the GPU, which is kept busy. The host times beside them say how long it
 * takes to launch a step on its own. A whole run is launched as in training, mostly with a single launch for all steps,
 * which takes far less than the sum. If launching takes longer than the GPU's work, the host limits the speed of
 * training.
 *
 * <pre>{@code
 * Profile profile = Profile.training(trainer, data, 1.5);
 * profile.steps().forEach(t -> System.out.println(t.step().label() + " " + t.micros()));
 * }</pre>
 *
 * @param steps in the order in which they run
 * @param micros of the whole program, run without timing its steps
 * @param hostMicros what the host takes to launch the whole program; on a CPU, to run it
 * @param runs the number of runs of either kind, of which the middle half counts
 */
public record Profile(List<Timed> steps, double micros, double hostMicros, int runs) {
    private static final int WARM_UP_RUNS = 4; // until a GPU launches all that is run as a whole as one graph
    private static final int LEAST_RUNS = 9;
    private static final int MOST_RUNS = 2000;
    private static final double NANOS = 1e3; // in a microsecond

    /**
     * The time of one step.
     *
     * @param step the step
     * @param micros the time it takes on the device
     * @param hostMicros the time the host takes to launch it
     */
    public record Timed(Step step, double micros, double hostMicros) {}

    /**
     * Creates the record; the list is copied.
     *
     * @param steps in the order in which they run
     * @param micros of the whole program, run without timing its steps
     * @param hostMicros what the host takes to launch the whole program; on a CPU, to run it
     * @param runs the number of runs of either kind, of which the middle half counts
     */
    public Profile {
        steps = List.copyOf(steps);
    }

    /** {@return the sum of the times of all steps} */
    public double stepMicros() {
        return steps.stream().mapToDouble(Timed::micros).sum();
    }

    /**
     * Times a training step on the first batch of some data, repeatedly, with a learning rate of 0. The model does not
     * change; memory is needed as for a second training.
     *
     * @param trainer the model with its settings
     * @param data the training data
     * @param seconds about how long to measure; at least nine runs are timed
     * @return the times
     */
    public static Profile training(Trainer trainer, Dataset data, double seconds) {
        Settings settings = Inside.of(trainer, Settings.class);
        settings.check(data);
        Batches batches = settings.batches(data);
        return settings.onDevice(() -> {
            try (Workspace work =
                    new Workspace(settings.model(), settings.rule().optimizer(), settings.goal())) {
                load(work, settings.model(), settings.goal(), settings.rule(), data, batches.size());
                work.control().reset();
                work.control().beginBatch(settings.seed(), 1);
                work.control().beginUpdate(work.groups(), 1, 0, settings.rates().momentum(), 1);
                Session session = work.session(settings.training(data, batches, 0));
                return measured(
                        Inside.of(settings.model().device(), Backend.class), seconds, session::run, session::run);
            }
        });
    }

    /**
     * Times a prediction of all examples in one batch, up to the network's output.
     *
     * @param model the model
     * @param data the examples
     * @param seconds about how long to measure; at least nine runs are timed
     * @return the times
     */
    public static Profile prediction(Model model, Dataset data, double seconds) {
        Settings.checkInput(model, data);
        BatchSpec batch = Settings.batch(model, Inspection.NOTHING, data, data.size());
        Job job =
                Job.of(Job.Kind.PREDICTION, batch, () -> Programs.inference(model.network(), batch.inputs(), Map.of()));
        return model.device().call(() -> {
            Inside.of(model, ModelMemory.class).checkOpen();
            Sgd none = new Sgd(1);
            try (Workspace work = new Workspace(model, none, Inspection.NOTHING)) {
                load(work, model, Inspection.NOTHING, new UpdateRule(none), data, data.size());
                Session session = work.session(job);
                long version = Inside.of(model, ModelMemory.class)
                        .version(); // weights in other forms are made once, as for predictions
                return measured(
                        Inside.of(model.device(), Backend.class),
                        seconds,
                        () -> session.runHere(version),
                        after -> session.run(version, after));
            }
        });
    }

    private static void load(Workspace work, Model model, Goal goal, UpdateRule rule, Dataset data, int count) {
        work.follow(model, rule);
        work.batch(Settings.batch(model, goal, data, count))
                .load(data, IntStream.range(0, count).toArray(), 0, count);
    }

    private static Profile measured(
            Backend backend, double seconds, Runnable whole, Consumer<Consumer<Step>> stepwise) {
        try (Stopwatch watch = backend.stopwatch()) {
            for (int i = 0; i < WARM_UP_RUNS; i++) {
                new Run(watch).whole(whole);
                new Run(watch).stepwise(stepwise);
            }
            List<Run> wholes = new ArrayList<>();
            List<Run> runs = new ArrayList<>();
            long began = System.nanoTime();
            while (runs.size() < LEAST_RUNS || (System.nanoTime() - began < seconds * 1e9 && runs.size() < MOST_RUNS)) {
                wholes.add(new Run(watch).whole(whole));
                runs.add(new Run(watch).stepwise(stepwise));
            }
            List<Run> typical = typical(runs);
            List<Run> typicalWholes = typical(wholes);
            List<Timed> steps = new ArrayList<>();
            for (int i = 0; i < typical.get(0).steps.size(); i++) {
                int at = i;
                steps.add(new Timed(
                        typical.get(0).steps.get(i),
                        mean(typical, r -> r.micros[at]),
                        mean(typical, r -> r.host.get(at))));
            }
            return new Profile(
                    steps, mean(typicalWholes, r -> r.micros[0]), mean(typicalWholes, r -> r.host.get(0)), runs.size());
        }
    }

    /**
     * The half of the runs that were neither the fastest nor the slowest. Means over them add up to what these runs
     * took; medians of each step would add up to less, since a step that is sometimes delayed raises the time of its
     * run, but not its median.
     */
    private static List<Run> typical(List<Run> runs) {
        List<Run> sorted =
                runs.stream().sorted(Comparator.comparingDouble(Run::total)).toList();
        return sorted.subList(sorted.size() / 4, sorted.size() - sorted.size() / 4);
    }

    private static double mean(List<Run> runs, ToDoubleFunction<Run> value) {
        return runs.stream().mapToDouble(value).average().orElseThrow();
    }

    /** One run of the program. */
    private static final class Run {
        private final Stopwatch watch;
        private final List<Step> steps = new ArrayList<>();
        private final List<Double> host = new ArrayList<>();
        private double[] micros;
        private long since;

        Run(Stopwatch watch) {
            this.watch = watch;
        }

        Run whole(Runnable program) {
            begin();
            program.run();
            lap();
            micros = watch.stop();
            return this;
        }

        Run stepwise(Consumer<Consumer<Step>> program) {
            begin();
            program.accept(step -> {
                lap();
                steps.add(step);
                since = System.nanoTime();
            });
            micros = watch.stop();
            return this;
        }

        double total() {
            return Arrays.stream(micros).sum();
        }

        private void begin() {
            watch.start();
            watch.mark();
            since = System.nanoTime();
        }

        private void lap() {
            host.add((System.nanoTime() - since) / NANOS);
            watch.mark();
        }
    }
}
