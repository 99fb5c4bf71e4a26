package schuss.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import schuss.Device;
import schuss.Model;
import schuss.Session;
import schuss.backend.Memory;
import schuss.backend.reference.ReferenceBackend;
import schuss.data.Dataset;
import schuss.ir.Layout;
import schuss.optim.Sgd;
import schuss.trace.Goal;

/**
 * Gradients beside central differences (L(w + h) - L(w - h)) / 2h, computed in double, of some elements of every parameter.
 *
 * @param entries in the order of the parameters
 */
public record GradientCheck(List<Entry> entries) {
    private static final int ELEMENTS = 10; // of a parameter
    private static final double[] STEPS = {1e-3, 1e-4, 1e-5}; // smaller ones where a kink lies within a larger one
    private static final double TOLERANCE = 1e-4;
    private static final double FLOOR = 1e-3; // of the largest gradient: what is smaller is compared with this

    /**
     * One element.
     *
     * @param error |gradient - difference| / max(|gradient|, |difference|, a thousandth of the largest gradient)
     */
    public record Entry(String path, int index, double gradient, double difference, double error) {}

    public GradientCheck {
        entries = List.copyOf(entries);
    }

    static GradientCheck of(Model model, Goal goal, Dataset data) {
        Settings.check(model, data);
        if (model.device().backend() instanceof ReferenceBackend) {
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
                    copy.readWeights(work.state().weights());
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

        List<Entry> entries() {
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
            for (double step : STEPS) {
                double difference = difference(layout.entry(path).offset() + index, step);
                double scale = Math.max(Math.max(Math.abs(gradient), Math.abs(difference)), floor);
                double error = Math.abs(gradient - difference) / scale;
                if (best == null || !(error >= best.error)) {
                    best = new Entry(path, index, gradient, difference, error);
                }
                if (best.error <= TOLERANCE) {
                    return best;
                }
            }
            return best;
        }

        private double difference(long at, double step) {
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
            return (above - below) / ((double) up - down);
        }
    }

    /** The element with the largest error. */
    public Entry worst() {
        return entries.stream()
                .max(Comparator.comparingDouble(Entry::error))
                .orElseThrow(() -> new IllegalStateException("gradient check: expected a parameter, got none"));
    }

    /** Whether no error is above 1e-4. */
    public boolean passed() {
        return entries.stream().allMatch(e -> e.error <= TOLERANCE);
    }

    @Override
    public String toString() {
        Entry worst = worst();
        return String.format(
                Locale.ROOT,
                "gradients %s finite differences at %d elements; worst is \"%s\", element %d: gradient %.6g, difference"
                        + " %.6g, error %.1g",
                passed() ? "agree with" : "DIFFER from",
                entries.size(),
                worst.path,
                worst.index,
                worst.gradient,
                worst.difference,
                worst.error);
    }
}
