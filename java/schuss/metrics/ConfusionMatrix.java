package schuss.metrics;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How often examples of one class were taken for another, and what follows: precision, the share of those taken for a class
 * that belong to it; recall, the share of a class that was taken for it; F1 = 2 precision recall / (precision + recall). A
 * quotient of 0 and 0 counts 0. Macro means are over the classes, each counting alike.
 *
 * <pre>{@code
 * ConfusionMatrix matrix = ConfusionMatrix.of(new int[] {0, 1, 2, 2, 2}, new int[] {0, 0, 2, 2, 1}, 3);
 * double recall = matrix.recall(2); // 2 of 3
 * }</pre>
 */
public final class ConfusionMatrix {
    private final long[][] counts; // (label, predicted)

    private ConfusionMatrix(long[][] counts) {
        this.counts = counts;
    }

    /**
     * Counts examples.
     *
     * @param labels what each is, 0 to {@code classes - 1}
     * @param predicted what each was taken for, likewise
     */
    public static ConfusionMatrix of(int[] labels, int[] predicted, int classes) {
        if (labels.length != predicted.length) {
            throw new IllegalArgumentException("ConfusionMatrix: expected a prediction for each of " + labels.length
                    + " labels, got " + predicted.length);
        }
        long[][] counts = new long[classes][classes];
        for (int i = 0; i < labels.length; i++) {
            counts[inRange("label", labels[i], classes, i)][inRange("prediction", predicted[i], classes, i)]++;
        }
        return new ConfusionMatrix(counts);
    }

    private static int inRange(String what, int label, int classes, int example) {
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException("ConfusionMatrix: " + what + " of example " + example
                    + ": expected 0 to " + (classes - 1) + ", got " + label);
        }
        return label;
    }

    public int classes() {
        return counts.length;
    }

    /** How many examples of a class were taken for another, or for it. */
    public long count(int label, int predicted) {
        return counts[label][predicted];
    }

    /** How many examples there are of a class. */
    public long count(int label) {
        return Arrays.stream(counts[label]).sum();
    }

    /** How many examples there are. */
    public long count() {
        return IntStream.range(0, classes()).mapToLong(this::count).sum();
    }

    /** The share of examples taken for what they are. */
    public double accuracy() {
        return share(IntStream.range(0, classes()).mapToLong(c -> counts[c][c]).sum(), count());
    }

    public double precision(int label) {
        return share(
                counts[label][label],
                Arrays.stream(counts).mapToLong(row -> row[label]).sum());
    }

    public double recall(int label) {
        return share(counts[label][label], count(label));
    }

    public double f1(int label) {
        double precision = precision(label);
        double recall = recall(label);
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }

    public double macroPrecision() {
        return mean(this::precision);
    }

    public double macroRecall() {
        return mean(this::recall);
    }

    /** The mean of the classes' F1. */
    public double macroF1() {
        return mean(this::f1);
    }

    private double mean(java.util.function.IntToDoubleFunction ofClass) {
        return IntStream.range(0, classes()).mapToDouble(ofClass).average().orElse(0);
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
