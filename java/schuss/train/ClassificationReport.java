package schuss.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import schuss.DType;
import schuss.Model;
import schuss.data.Dataset;
import schuss.data.ExampleReader;
import schuss.metrics.ConfusionMatrix;
import schuss.metrics.RocCurve;
import schuss.report.Table;

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
 * @param areas under the ROC curve of each class; NaN where no example is of it, or all are
 */
public record ClassificationReport(ConfusionMatrix confusion, List<Double> areas) {
    private static final int BATCH = 256;

    public ClassificationReport {
        areas = List.copyOf(areas);
    }

    /**
     * Predicts all examples. A model of one output tells two classes apart: it puts out the probability of the second, as
     * it does after training with {@code BinaryCrossEntropy}; its targets are then 0 or 1.
     *
     * @throws IllegalArgumentException if the data does not fit the model, or its targets are no labels
     */
    public static ClassificationReport of(Model model, Dataset data) {
        Settings.check(model, data);
        if (data.target().shape().size() != 1) {
            throw new IllegalArgumentException("ClassificationReport: expected one label per example, got targets of "
                    + data.target().shape());
        }
        int outputs = model.outputSize();
        int classes = Math.max(outputs, 2);
        int[] labels = new int[data.size()];
        double[][] scores = new double[data.size()][classes];
        for (int from = 0; from < data.size(); from += BATCH) {
            int count = Math.min(BATCH, data.size() - from);
            float[] predicted = predict(model, data, from, count, labels);
            for (int row = 0; row < count; row++) {
                for (int k = 0; k < outputs; k++) {
                    scores[from + row][classes - outputs + k] = predicted[row * outputs + k];
                }
                if (outputs == 1) {
                    scores[from + row][0] = 1 - predicted[row];
                }
            }
        }
        return of(labels, scores);
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
        int classes = scores[0].length;
        int[] predicted =
                Arrays.stream(scores).mapToInt(ClassificationReport::largest).toArray();
        List<Double> areas = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            int label = c;
            boolean[] positive = new boolean[labels.length];
            IntStream.range(0, labels.length).forEach(i -> positive[i] = labels[i] == label);
            areas.add(RocCurve.area(
                    positive, Arrays.stream(scores).mapToDouble(s -> s[label]).toArray()));
        }
        return new ClassificationReport(ConfusionMatrix.of(labels, predicted, classes), areas);
    }

    private static int largest(double[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }

    private static float[] predict(Model model, Dataset data, int from, int count, int[] labels) {
        ExampleReader reader = new ExampleReader(data);
        int size = Math.toIntExact(data.input().shape().size());
        float[] inputs = new float[count * size];
        for (int row = 0; row < count; row++) {
            reader.read(from + row);
            System.arraycopy(reader.inputs(), 0, inputs, row * size, size);
            labels[from + row] = label(reader.targets()[0], from + row);
        }
        if (data.input().dtype() != DType.I32) {
            return model.predict(inputs);
        }
        int[] indices = new int[inputs.length];
        Arrays.setAll(indices, i -> (int) inputs[i]); // exact below 2^24, more than a table of words has rows
        return model.predict(indices);
    }

    private static int label(float target, int example) {
        if (target != (int) target) {
            throw new IllegalArgumentException(
                    "ClassificationReport: target of example " + example + ": expected a label, got " + target);
        }
        return (int) target;
    }

    /** The mean of the classes' areas, those that have one. */
    public double macroArea() {
        return areas.stream()
                .mapToDouble(a -> a)
                .filter(a -> !Double.isNaN(a))
                .average()
                .orElse(Double.NaN);
    }

    /** A table with a row a class and a last one of means. */
    @Override
    public String toString() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("class", "precision", "recall", "f1", "roc area", "examples"));
        for (int c = 0; c < confusion.classes(); c++) {
            rows.add(row(
                    Integer.toString(c),
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
        return Table.of(rows, 1, 2, 3, 4, 5) + String.format(Locale.ROOT, "accuracy %.4f%n", confusion.accuracy());
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
