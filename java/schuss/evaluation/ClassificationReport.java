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
 * How well a model tells classes apart: the confusion matrix, from which precision, recall and F1 follow, and the area
 * under the ROC curve of each class against the rest.
 *
 * <pre>{@code
 * ClassificationReport report = ClassificationReport.of(model, test);
 * System.out.println(report);                      // precision, recall, F1 and area of every class
 * double f1 = report.confusion().macroF1();
 * }</pre>
 *
 * @param confusion labels against predictions
 * @param names the names of the classes
 * @param areas the area under the ROC curve of each class, from 0 to 1; NaN if no example or all examples are of that
 *     class, and for all classes if examples times classes exceed 16 million, since the scores are then not kept
 */
public record ClassificationReport(ConfusionMatrix confusion, List<String> names, List<Double> areas) {
    private static final int MOST_ROWS = 1000;

    /**
     * Creates the record; the list is copied.
     *
     * @param confusion labels against predictions
     * @param areas the area under the ROC curve of each class, from 0 to 1; NaN if no example or all examples are of
     *     that class, and for all classes if examples times classes exceed 16 million, since the scores are then not
     *     kept
     */
    public ClassificationReport {
        names = List.copyOf(names);
        areas = List.copyOf(areas);
        if (names.size() != confusion.classes() || areas.size() != confusion.classes()) {
            throw new IllegalArgumentException("ClassificationReport: expected a name and an area for each of "
                    + confusion.classes() + " classes, got " + names.size() + " and " + areas.size());
        }
    }

    /**
     * Predicts all examples and compares them with their labels. A model with a single output is a binary classifier:
     * it gives the probability of class 1, as after training with {@code BinaryCrossEntropy}, and its targets are 0 or
     * 1.
     * Classes are called as in the model's file, or else as in the data ({@link Dataset#classNames}).
     *
     * @param model a classifier
     * @param data labelled examples
     * @return the report
     * @throws IllegalArgumentException if the data does not fit the model, or its targets are not labels
     */
    public static ClassificationReport of(Model model, Dataset data) {
        List<String> names = ClassNames.of(model, data);
        return of(Predicted.of(model, data), names);
    }

    /**
     * Evaluates scores that were computed elsewhere.
     *
     * @param labels the class of each example, from 0
     * @param scores (examples, classes); the class with the largest score is the prediction, the first of equals
     * @return the report
     * @throws IllegalArgumentException if there are no examples, or not as many rows of scores as labels
     */
    public static ClassificationReport of(int[] labels, double[][] scores) {
        if (labels.length != scores.length || labels.length == 0) {
            throw new IllegalArgumentException("ClassificationReport: expected scores for each of " + labels.length
                    + " examples, at least one, got " + scores.length);
        }
        return of(Predicted.of(labels, scores), List.of());
    }

    /**
     * Evaluates predictions.
     *
     * @param all labels, predictions and scores
     * @param names the names of the classes in their order; classes without a name are called by their numbers
     * @return the report
     */
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

    /** {@return the mean area of those classes that have one; NaN if none has} */
    public double macroArea() {
        return areas.stream()
                .mapToDouble(a -> a)
                .filter(a -> !Double.isNaN(a))
                .average()
                .orElse(Double.NaN);
    }

    /**
     * {@return sentences that say what the table does not show: most of more than 1000 classes, and the areas if there
     * would be too many scores} Empty if everything is shown.
     */
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

    /**
     * {@return the cells of the table: a row of headings, a row for each class (of more than 1000, those with most
     * errors), and a row of macro means}
     */
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

    /**
     * The table with a row for each class, followed by the accuracy. Of more than 1000 classes it shows those with most
     * errors.
     */
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
