package schuss.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import schuss.ClassNames;
import schuss.Model;
import schuss.data.Dataset;
import schuss.metrics.ConfusionMatrix;
import schuss.metrics.RocCurve;
import schuss.report.TextTable;

/**
 * How well a model tells classes apart: its confusion matrix with what follows from it, and the area under each class's ROC
 * curve, one class against the rest.
 *
 * <pre>{@code
 * ClassificationReport report = ClassificationReport.of(model, test);
 * System.out.println(report);                      // precision, recall, F1 and area of every class
 * double f1 = report.confusion().macroF1();
 * }</pre>
 *
 * @param confusion labels against predictions
 * @param names of the classes
 * @param areas under the ROC curve of each class; NaN where no example is of it, or all are, and where scores of all
 *     classes for all examples are too many to keep, above 16 million
 */
public record ClassificationReport(ConfusionMatrix confusion, List<String> names, List<Double> areas) {
    private static final int MOST_ROWS = 1000;

    public ClassificationReport {
        names = List.copyOf(names);
        areas = List.copyOf(areas);
        if (names.size() != confusion.classes() || areas.size() != confusion.classes()) {
            throw new IllegalArgumentException("ClassificationReport: expected a name and an area for each of "
                    + confusion.classes() + " classes, got " + names.size() + " and " + areas.size());
        }
    }

    /**
     * Predicts all examples; classes are called as the model's file has them, or else the data ({@link Dataset#classNames}).
     * A model of one output tells two classes apart: it puts out the probability of the second, as
     * it does after training with {@code BinaryCrossEntropy}; its targets are then 0 or 1.
     *
     * @throws IllegalArgumentException if the data does not fit the model, or its targets are no labels
     */
    public static ClassificationReport of(Model model, Dataset data) {
        List<String> names = ClassNames.of(model, data);
        return of(Predicted.of(model, data), names);
    }

    /**
     * Of scores that somebody else has computed.
     *
     * @param labels one an example
     * @param scores (examples, classes): the largest of an example, the first of equals, is its prediction
     */
    public static ClassificationReport of(int[] labels, double[][] scores) {
        if (labels.length != scores.length || labels.length == 0) {
            throw new IllegalArgumentException("ClassificationReport: expected scores for each of " + labels.length
                    + " examples, at least one, got " + scores.length);
        }
        return of(Predicted.of(labels, scores), List.of());
    }

    /** @param names of the classes, in their order; those that have none are called by their numbers */
    public static ClassificationReport of(Predicted all, List<String> names) {
        int[] labels = all.labels();
        List<Double> areas = new ArrayList<>();
        for (int c = 0; c < all.classes(); c++) {
            areas.add(all.scores() == null ? Double.valueOf(Double.NaN) : area(c, labels, all.scores()));
        }
        ConfusionMatrix confusion = ConfusionMatrix.of(labels, all.predictions(), all.classes());
        return new ClassificationReport(confusion, ClassNames.padded(names, all.classes()), areas);
    }

    private static Double area(int label, int[] labels, double[]... scores) {
        boolean[] positive = new boolean[labels.length];
        IntStream.range(0, labels.length).forEach(i -> positive[i] = labels[i] == label);
        return RocCurve.area(
                positive, Arrays.stream(scores).mapToDouble(s -> s[label]).toArray());
    }

    /** The mean of the classes' areas, those that have one. */
    public double macroArea() {
        return areas.stream()
                .mapToDouble(a -> a)
                .filter(a -> !Double.isNaN(a))
                .average()
                .orElse(Double.NaN);
    }

    /** What is not in the table: of many classes most, and the areas of what would be too many scores. */
    public List<String> leftOut() {
        int classes = confusion.classes();
        List<String> sentences = new ArrayList<>();
        if (classes > MOST_ROWS) {
            sentences.add("These are the " + MOST_ROWS + " of " + classes
                    + " classes with which most errors are made; the others are left out, but for the means.");
        }
        if (confusion.count() * classes > Predicted.MOST_SCORES && Double.isNaN(macroArea())) {
            sentences.add("ROC areas are left out: they need " + confusion.count() + " x " + classes
                    + " scores at a time, more than " + Predicted.MOST_SCORES + ".");
        }
        return sentences;
    }

    /** A row a class below a row of names, and a last one of means. */
    public List<List<String>> cells() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("class", "precision", "recall", "f1", "roc area", "examples"));
        for (int c : confusion.mostConfused(MOST_ROWS)) {
            rows.add(row(
                    names.get(c),
                    confusion.precision(c),
                    confusion.recall(c),
                    confusion.f1(c),
                    areas.get(c),
                    confusion.count(c)));
        }
        rows.add(row(
                "macro mean",
                confusion.macroPrecision(),
                confusion.macroRecall(),
                confusion.macroF1(),
                macroArea(),
                confusion.count()));
        return rows;
    }

    /** A table with a row a class and a last one of means; of more than 1000 classes those with most errors. */
    @Override
    public String toString() {
        return TextTable.of(cells(), 1, 2, 3, 4, 5)
                + leftOut().stream()
                        .map(sentence -> sentence + System.lineSeparator())
                        .collect(Collectors.joining())
                + String.format(Locale.ROOT, "accuracy %.4f%n", confusion.accuracy());
    }

    private static List<String> row(String name, double precision, double recall, double f1, double area, long count) {
        return List.of(
                name,
                text(precision),
                text(recall),
                text(f1),
                Double.isNaN(area) ? "-" : text(area),
                Long.toString(count));
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
