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
 * Compares the gradients of a network with finite differences, to test layers, losses and ops of your own. For up to
 * ten elements of every parameter the gradient is compared with the central difference (L(w + h) - L(w - h)) / 2h,
 * computed in double precision.
 *
 * <pre>{@code
 * GradientCheck check = GradientCheck.of(trainer, data.take(8));
 * System.out.println(check);
 * if (!check.passed()) {
 *     throw new AssertionError(check.worst());
 * }
 * }</pre>
 *
 * @param entries one for each element compared, in the order of the parameters
 */
public record GradientCheck(List<Entry> entries) {
    private static final int ELEMENTS = 10; // of a parameter
    private static final double[] STEPS = {1e-3, 1e-4, 1e-5}; // smaller ones where a kink lies within a larger one
    private static final double TOLERANCE = 1e-4;
    private static final double NUDGE = 0.01; // of weights, off a kink
    private static final double FLOOR = 1e-3; // of the largest gradient: what is smaller is compared with this

    /**
     * The comparison of one element.
     *
     * @param path of the parameter
     * @param index of the element in the parameter, row-major
     * @param gradient as the ops' gradients give it
     * @param difference the central difference, with the step h of 1e-3, 1e-4 or 1e-5 that fits best
     * @param error |gradient - difference| / max(|gradient|, |difference|, a thousandth of the largest gradient)
     * @param kink whether the loss has a kink here, that is, different slopes to the left and to the right, as at a
     *     ReLU's 0 or between equal elements of a maximum. The gradient was then checked, and found right, at slightly
     *     changed weights, so the error means nothing
     */
    public record Entry(String path, int index, double gradient, double difference, double error, boolean kink) {
        Entry withKink(boolean there) {
            return new Entry(path, index, gradient, difference, error, there);
        }
    }

    /**
     * Creates the record; the list is copied.
     *
     * @param entries one for each element compared, in the order of the parameters
     */
    public GradientCheck {
        entries = List.copyOf(entries);
    }

    /**
     * Compares gradients with finite differences. A copy of the model is computed on the reference device, which is
     * slow: use a small network and a few examples.
     *
     * <p>Kernels that you registered with a device are not known to the reference device that is opened here. If you
     * have some, create the model on a {@code Device.reference()} with these kernels; it is then used directly.
     *
     * @param trainer the model with its losses
     * @param data a few examples, used as one batch
     * @return the comparisons
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

        /**
         * The comparison. If some elements are at kinks, they are compared again at slightly changed weights, where the
         * gradient must be right.
         */
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

        /**
         * Whether the slopes on both sides differ, and by as much at each of the two smallest steps: on a curve the gap
         * would shrink.
         */
        private static boolean isKink(double[][] sides, double floor) {
            double[] near = sides[sides.length - 1];
            double[] far = sides[sides.length - 2];
            double gap = Math.abs(near[0] - near[1]);
            double scale = Math.max(Math.max(Math.abs(near[0]), Math.abs(near[1])), floor);
            return gap > TOLERANCE * scale && gap > Math.abs(far[0] - far[1]) / 2;
        }

        /** Changes every weight a little by a random amount, away from kinks. */
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

        /** The slopes of the loss to the left, to the right, and across. */
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

    /**
     * {@return the element with the largest error} Elements at kinks count only if there are no others.
     *
     * @throws IllegalStateException if the model has no parameters
     */
    public Entry worst() {
        return entries.stream()
                .max(Comparator.comparing((Entry e) -> !e.kink).thenComparingDouble(Entry::error))
                .orElseThrow(() -> new IllegalStateException("gradient check: expected a parameter, got none"));
    }

    /** {@return whether every error is at most 1e-4, not counting elements at kinks} */
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
