package schuss.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
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
    /** So many examples of one class that were taken for another. */
    public record Confusion(int label, int predicted, long count) {}

    // of pairs only those that there are: of thousands of classes few are ever confused
    private final long[] pairs; // label * classes + predicted, rising
    private final long[] counts; // of each pair
    private final long[] labelled; // by class
    private final long[] taken; // for a class
    private final long[] right; // by class

    private ConfusionMatrix(long[] pairs, long[] counts, int classes) {
        this.pairs = pairs;
        this.counts = counts;
        labelled = new long[classes];
        taken = new long[classes];
        right = new long[classes];
        for (int i = 0; i < pairs.length; i++) {
            labelled[label(i)] += counts[i];
            taken[predicted(i)] += counts[i];
            right[label(i)] += label(i) == predicted(i) ? counts[i] : 0;
        }
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
        long[] all = new long[labels.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = (long) inRange("label", labels[i], classes, i) * classes
                    + inRange("prediction", predicted[i], classes, i);
        }
        Arrays.sort(all);
        long[] counts = new long[all.length];
        int size = 0;
        for (int i = 0; i < all.length; i++) {
            size += i == 0 || all[i] != all[i - 1] ? 1 : 0;
            all[size - 1] = all[i];
            counts[size - 1]++;
        }
        return new ConfusionMatrix(Arrays.copyOf(all, size), Arrays.copyOf(counts, size), classes);
    }

    private int label(int pair) {
        return (int) (pairs[pair] / labelled.length);
    }

    private int predicted(int pair) {
        return (int) (pairs[pair] % labelled.length);
    }

    private static int inRange(String what, int label, int classes, int example) {
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException("ConfusionMatrix: " + what + " of example " + example
                    + ": expected 0 to " + (classes - 1) + ", got " + label);
        }
        return label;
    }

    public int classes() {
        return labelled.length;
    }

    /** How many examples of a class were taken for another, or for it. */
    public long count(int label, int predicted) {
        Objects.checkIndex(predicted, classes());
        int pair = Arrays.binarySearch(pairs, (long) Objects.checkIndex(label, classes()) * classes() + predicted);
        return pair < 0 ? 0 : counts[pair];
    }

    /** How many examples there are of a class. */
    public long count(int label) {
        return labelled[label];
    }

    /** How many examples there are. */
    public long count() {
        return Arrays.stream(counts).sum();
    }

    /** The errors, those made most often first. */
    public List<Confusion> confusions(int most) {
        return IntStream.range(0, pairs.length)
                .filter(pair -> label(pair) != predicted(pair))
                .mapToObj(pair -> new Confusion(label(pair), predicted(pair), counts[pair]))
                .sorted(Comparator.comparingLong(Confusion::count).reversed())
                .limit(most)
                .toList();
    }

    /** The classes that errors are most often made with, as a label or as what is predicted; in their order. */
    public List<Integer> mostConfused(int most) {
        return IntStream.range(0, classes())
                .boxed()
                .sorted(Comparator.comparingLong(c -> 2 * right[c] - labelled[c] - taken[c]))
                .limit(most)
                .sorted()
                .toList();
    }

    /** The share of examples taken for what they are. */
    public double accuracy() {
        return share(Arrays.stream(right).sum(), count());
    }

    public double precision(int label) {
        return share(right[label], taken[label]);
    }

    public double recall(int label) {
        return share(right[label], labelled[label]);
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
