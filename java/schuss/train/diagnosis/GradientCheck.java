package schuss.train.diagnosis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import schuss.Device;
import schuss.Model;
import schuss.Session;
import schuss.backend.Backend;
import schuss.backend.Memory;
import schuss.backend.reference.ReferenceBackend;
import schuss.backend.runtime.ModelMemory;
import schuss.data.Dataset;
import schuss.internal.Inside;
import schuss.ir.Layout;
import schuss.optim.Sgd;
import schuss.trace.Goal;
import schuss.train.Snapshot;
import schuss.train.Trainer;
import schuss.train.loop.Job;
import schuss.train.loop.Settings;
import schuss.train.loop.Workspace;

/**
 * Gradients beside central differences (L(w + h) - L(w - h)) / 2h, computed in double, of some elements of every parameter.
 *
 * @param entries in the order of the parameters
 */
public record GradientCheck(List<Entry> entries) {
    private static final int ELEMENTS = 10; // of a parameter
    private static final double[] STEPS = {1e-3, 1e-4, 1e-5}; // smaller ones where a kink lies within a larger one
    private static final double TOLERANCE = 1e-4;
    private static final double NUDGE = 0.01; // of weights, off a kink
    private static final double FLOOR = 1e-3; // of the largest gradient: what is smaller is compared with this

    /**
     * One element.
     *
     * @param error |gradient - difference| / max(|gradient|, |difference|, a thousandth of the largest gradient)
     * @param kink whether the loss has a kink there, as at a ReLU's 0 or between equals of a maximum: it has one slope to the
     *     left and another to the right. The gradient was then found right at weights beside it, whatever the error
     */
    public record Entry(String path, int index, double gradient, double difference, double error, boolean kink) {
        Entry withKink(boolean there) {
            return new Entry(path, index, gradient, difference, error, there);
        }
    }

    public GradientCheck {
        entries = List.copyOf(entries);
    }

    /**
     * Compares gradients with finite differences: for layers, losses and ops of one's own. A copy of the model computes on
     * the reference device, slowly: take a small network and a few examples. Kernels registered with a device are not known
     * to others: who has some makes the model on a {@code Device.reference()}, which is then used itself.
     *
     * @param data a few examples, in one batch
     */
    public static GradientCheck of(Trainer trainer, Dataset data) {
        Model model = trainer.model();
        Goal goal = Inside.of(trainer, Settings.class).goal();
        Settings.check(model, data);
        Settings.expectParameters(model);
        if (Inside.of(model.device(), Backend.class) instanceof ReferenceBackend) {
            return on(model.device(), model, goal, data);
        }
        try (Device reference = Device.reference()) {
            return on(reference, model, goal, data);
        }
    }

    private static GradientCheck on(Device device, Model model, Goal goal, Dataset data) {
        Job job = Settings.gradients(model, goal, data);
        try (Model copy = Snapshot.copy(model, device)) {
            return device.call(() -> {
                try (Workspace work = new Workspace(copy, new Sgd(1), goal)) {
                    work.batch(Settings.batch(copy, goal, data, data.size()))
                            .load(data, IntStream.range(0, data.size()).toArray(), 0, data.size());
                    Inside.of(copy, ModelMemory.class).read(work.state().weights());
                    return new GradientCheck(
                            new Run(work, work.session(job), copy.declarations().layout()).entries());
                }
            });
        }
    }

    /** The network with weights that can be moved one by one. */
    private record Run(Workspace work, Session session, Layout layout) {
        double loss() {
            work.control().reset();
            session.run();
            work.control().readTotals();
            return work.control().meanLoss();
        }

        /** Where some stand at kinks, these are looked at again beside them: there the gradient must be right. */
        List<Entry> entries() {
            List<Entry> entries = compared();
            if (entries.stream().noneMatch(Entry::kink)) {
                return entries;
            }
            nudge();
            List<Entry> beside = compared();
            return IntStream.range(0, entries.size())
                    .mapToObj(i -> entries.get(i).kink() && beside.get(i).error() > TOLERANCE
                            ? beside.get(i).withKink(false)
                            : entries.get(i))
                    .toList();
        }

        private List<Entry> compared() {
            loss();
            Map<String, float[]> gradients = new java.util.LinkedHashMap<>();
            layout.entries().keySet().forEach(path -> gradients.put(path, work.gradient(path)));
            double largest = 0;
            for (float[] values : gradients.values()) {
                for (float value : values) {
                    largest = Math.max(largest, Math.abs(value));
                }
            }
            double floor = Math.max(FLOOR * largest, Double.MIN_NORMAL);
            List<Entry> entries = new ArrayList<>();
            gradients.forEach((path, values) -> {
                int count = Math.min(ELEMENTS, values.length);
                for (int i = 0; i < count; i++) {
                    int index = (int) ((long) values.length * i / count);
                    entries.add(entry(path, index, values[index], floor));
                }
            });
            return entries;
        }

        private Entry entry(String path, int index, double gradient, double floor) {
            Entry best = null;
            double[][] sides = new double[STEPS.length][];
            for (int i = 0; i < STEPS.length; i++) {
                sides[i] = slopes(layout.entry(path).offset() + index, STEPS[i]);
                double difference = sides[i][2];
                double scale = Math.max(Math.max(Math.abs(gradient), Math.abs(difference)), floor);
                double error = Math.abs(gradient - difference) / scale;
                if (best == null || !(error >= best.error)) {
                    best = new Entry(path, index, gradient, difference, error, false);
                }
                if (best.error <= TOLERANCE) {
                    return best;
                }
            }
            return best.withKink(isKink(sides, floor));
        }

        /** Whether the slopes to both sides differ, by as much at each of the two smallest steps, which a curve's would not. */
        private static boolean isKink(double[][] sides, double floor) {
            double[] near = sides[sides.length - 1];
            double[] far = sides[sides.length - 2];
            double gap = Math.abs(near[0] - near[1]);
            double scale = Math.max(Math.max(Math.abs(near[0]), Math.abs(near[1])), floor);
            return gap > TOLERANCE * scale && gap > Math.abs(far[0] - far[1]) / 2;
        }

        /** Moves all weights a little, each by its own: what stood at a kink then stands beside it. */
        private void nudge() {
            Memory weights = work.state().weights().parameters();
            float[] values = new float[Math.toIntExact(layout.size())];
            weights.read(0, values, 0, values.length);
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) (NUDGE * (2 * random.nextDouble() - 1));
            }
            weights.write(0, values, 0, values.length);
        }

        /** Of the loss to the left, to the right, and across. */
        private double[] slopes(long at, double step) {
            Memory weights = work.state().weights().parameters();
            float[] value = new float[1];
            weights.read(at, value, 0, 1);
            float up = (float) (value[0] + step); // rounded, so the distance is what it is between the two
            float down = (float) (value[0] - step);
            weights.write(at, new float[] {up}, 0, 1);
            double above = loss();
            weights.write(at, new float[] {down}, 0, 1);
            double below = loss();
            weights.write(at, value, 0, 1);
            double here = loss();
            return new double[] {
                (here - below) / ((double) value[0] - down),
                (above - here) / ((double) up - value[0]),
                (above - below) / ((double) up - down)
            };
        }
    }

    /** The element with the largest error, those at kinks left out unless all are. */
    public Entry worst() {
        return entries.stream()
                .max(Comparator.comparing((Entry e) -> !e.kink).thenComparingDouble(Entry::error))
                .orElseThrow(() -> new IllegalStateException("gradient check: expected a parameter, got none"));
    }

    /** Whether no error is above 1e-4, but for what lies at kinks. */
    public boolean passed() {
        return entries.stream().allMatch(e -> e.kink || e.error <= TOLERANCE);
    }

    @Override
    public String toString() {
        Entry worst = worst();
        long kinks = entries.stream().filter(Entry::kink).count();
        return String.format(
                Locale.ROOT,
                "gradients %s finite differences at %d elements; worst is \"%s\", element %d: gradient %.6g, difference"
                        + " %.6g, error %.1g%s",
                passed() ? "agree with" : "DIFFER from",
                entries.size(),
                worst.path,
                worst.index,
                worst.gradient,
                worst.difference,
                worst.error,
                kinks == 0 ? "" : "; " + kinks + " of them at a kink, where there is no derivative");
    }
}
