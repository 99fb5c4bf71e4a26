package schuss.train.diagnosis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import schuss.Model;
import schuss.Philox;
import schuss.data.Dataset;
import schuss.internal.Inside;
import schuss.report.TextTable;
import schuss.schedules.Constant;
import schuss.train.NotFiniteException;
import schuss.train.Snapshot;
import schuss.train.Trainer;
import schuss.train.loop.Settings;

/**
 * The learning rate range test (Smith 2017): a copy of the model is trained a few updates while the rate grows from 1e-6 to
 * 10 by equal factors, until the loss is four times its lowest. The model and its trainer stay as they were.
 *
 * <pre>{@code
 * LearningRateFinder found = LearningRateFinder.of(trainer, data);
 * System.out.println(found);
 * double rate = found.suggestion();
 * }</pre>
 *
 * @param points one an update
 */
public record LearningRateFinder(List<Point> points) {
    private static final int STREAM = 1 << 29; // far from the streams of layers and of shuffling
    private static final int UPDATES = 100;
    private static final double LOWEST_RATE = 1e-6;
    private static final double HIGHEST_RATE = 10;
    private static final double DIVERGED = 4;
    private static final double SMOOTHING = 0.9;
    private static final double MARGIN = 10;

    /**
     * One update.
     *
     * @param loss of its batch, before it
     * @param smoothed an exponential mean of the losses up to here
     */
    public record Point(double rate, double loss, double smoothed) {}

    public LearningRateFinder {
        points = List.copyOf(points);
    }

    /**
     * Tries rates, with the optimiser, batch size and settings of a trainer but for its schedule.
     *
     * @throws IllegalArgumentException if the optimiser's own rate is 0
     */
    public static LearningRateFinder of(Trainer trainer, Dataset data) {
        Settings settings = Inside.of(trainer, Settings.class);
        double base = settings.rule().optimizer().learningRate();
        if (!(base > 0)) {
            throw new IllegalArgumentException(
                    "LearningRateFinder: expected an optimiser with a learning rate above 0, got " + base);
        }
        settings.check(data);
        Model model = settings.model();
        try (Model copy = Snapshot.copy(model, model.device())) {
            Trainer scratch = Copies.of(trainer, copy);
            int[] order = new Philox(settings.seed(), STREAM, 1).permutation(data.size());
            int size = Math.min(
                    Math.multiplyExact(settings.batchSize(), settings.rule().accumulate()), data.size());
            List<Point> points = new ArrayList<>();
            double mean = 0;
            double lowest = Double.POSITIVE_INFINITY;
            for (int i = 0; i < UPDATES; i++) {
                double rate = LOWEST_RATE * Math.pow(HIGHEST_RATE / LOWEST_RATE, (double) i / (UPDATES - 1));
                double loss;
                try {
                    loss = scratch.withSchedule(new Constant(rate / base))
                            .fit(data.subset(part(order, i, size)))
                            .last()
                            .value("loss");
                } catch (NotFiniteException diverged) {
                    break;
                }
                mean = SMOOTHING * mean + (1 - SMOOTHING) * loss;
                double smoothed = mean / (1 - Math.pow(SMOOTHING, i + 1.0)); // the mean began at 0
                points.add(new Point(rate, loss, smoothed));
                lowest = Math.min(lowest, smoothed);
                if (smoothed > DIVERGED * lowest) {
                    break;
                }
            }
            return new LearningRateFinder(points);
        }
    }

    /** The batch of one update, which goes on where the one before ended, round and round. */
    private static int[] part(int[] order, int update, int size) {
        int[] part = new int[size];
        for (int i = 0; i < size; i++) {
            part[i] = order[(int) (((long) update * size + i) % order.length)];
        }
        return part;
    }

    /** A tenth of the rate at which the loss was lowest; NaN where no rate made it fall. */
    public double suggestion() {
        Point lowest =
                points.stream().min(Comparator.comparingDouble(Point::smoothed)).orElse(null);
        return lowest == null || lowest.equals(points.get(0)) ? Double.NaN : lowest.rate / MARGIN;
    }

    /** A table with a row for every rate, then the suggestion. */
    @Override
    public String toString() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("rate", "loss", "smoothed"));
        for (Point point : points) {
            rows.add(List.of(text(point.rate), text(point.loss), text(point.smoothed)));
        }
        return TextTable.of(rows, 0, 1, 2) + "suggestion " + text(suggestion()) + "\n";
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.3g", value);
    }
}
