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
 * The learning rate range test (Smith 2017). A copy of the model is trained for up to 100 updates while the learning
 * rate grows by equal factors from 1e-6 to 10; the test ends early when the smoothed loss is four times its lowest. The
 * model and its trainer do not change.
 *
 * <pre>{@code
 * LearningRateFinder found = LearningRateFinder.of(trainer, data);
 * System.out.println(found);
 * double rate = found.suggestion();
 * }</pre>
 *
 * @param points one for each update
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
     * @param rate the learning rate
     * @param loss of the batch, before the update
     * @param smoothed an exponential moving average of the losses so far, with decay 0.9
     */
    public record Point(double rate, double loss, double smoothed) {}

    /**
     * Creates the record; the list is copied.
     *
     * @param points one for each update
     */
    public LearningRateFinder {
        points = List.copyOf(points);
    }

    /**
     * Runs the test with the optimiser, batch size and other settings of a trainer, but not its learning rate schedule.
     *
     * @param trainer the model with its settings
     * @param data the training data
     * @return the losses at all learning rates
     * @throws IllegalArgumentException if the optimiser's own learning rate is 0
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

    /**
     * The examples of one update. Each starts where the one before ended, and after the last example comes the first.
     */
    private static int[] part(int[] order, int update, int size) {
        int[] part = new int[size];
        for (int i = 0; i < size; i++) {
            part[i] = order[(int) (((long) update * size + i) % order.length)];
        }
        return part;
    }

    /**
     * {@return the suggested learning rate: a tenth of the rate at which the smoothed loss was lowest} NaN if no rate
     * made the loss fall.
     */
    public double suggestion() {
        Point lowest =
                points.stream().min(Comparator.comparingDouble(Point::smoothed)).orElse(null);
        return lowest == null || lowest.equals(points.get(0)) ? Double.NaN : lowest.rate / MARGIN;
    }

    /** A table with a row for every rate, followed by the suggestion. */
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
