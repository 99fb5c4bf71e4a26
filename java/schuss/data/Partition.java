package schuss.data;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import schuss.Philox;

/**
 * Divides the examples of a data set at random into parts in which every class has the same share (stratified). {@link
 * Dataset#split} and {@link Dataset#folds} give the parts as data sets; this class gives their indices. The result is the
 * same in every run.
 */
public final class Partition {
    private static final long SEED = 42;
    private static final double ROUNDING = 1e-6; // of shares that sum to 1

    private Partition() {}

    /**
     * Divides a data set by shares.
     *
     * @param data the data set; stratified by class if its targets are labels
     * @param shares the share of each part, above 0, with sum 1
     * @return the indices of each part, ascending
     * @throws IllegalArgumentException if a share is not above 0 or they do not add up to 1
     * @throws DataException if there are too few examples for every part to get one
     */
    public static int[][] of(Dataset data, double... shares) {
        double sum = 0;
        for (double share : shares) {
            if (!(share > 0)) {
                throw new IllegalArgumentException("split: expected shares above 0, got " + Arrays.toString(shares));
            }
            sum += share;
        }
        if (Math.abs(sum - 1) > ROUNDING) {
            throw new IllegalArgumentException(
                    "split: expected shares that sum to 1, like 0.6, 0.2, 0.2, got " + Arrays.toString(shares));
        }
        int[] counts = new int[shares.length];
        byte[] partOf = deal(byClass(data), shares, counts);
        int[][] parts = new int[shares.length][];
        for (int i = 0; i < parts.length; i++) {
            if (counts[i] == 0) {
                throw new DataException("split: expected at least one example for each of the shares "
                        + Arrays.stream(shares)
                                .mapToObj(share -> String.format(Locale.ROOT, "%.3f", share))
                                .collect(Collectors.joining(", "))
                        + ", got " + data.size() + " in all");
            }
            int part = i;
            parts[i] = IntStream.range(0, partOf.length)
                    .filter(index -> partOf[index] == part)
                    .toArray();
        }
        return parts;
    }

    /**
     * Divides a data set into k equal parts.
     *
     * @param data the data set
     * @param k the number of parts, 2 to 127
     * @return the indices of each part, ascending
     * @throws IllegalArgumentException if k is out of range
     * @throws DataException if there are fewer than k examples
     */
    public static int[][] folds(Dataset data, int k) {
        if (k < 2 || k > Byte.MAX_VALUE) {
            throw new IllegalArgumentException("folds: expected 2 to " + Byte.MAX_VALUE + ", got " + k);
        }
        if (k > data.size()) {
            throw new DataException(
                    "folds: expected at least " + k + " examples, one for each fold, got " + data.size());
        }
        double[] shares = new double[k];
        Arrays.fill(shares, 1.0 / k);
        return of(data, shares);
    }

    /**
     * {@return the indices that are not in a part, ascending}
     *
     * @param size the size of the data set
     * @param part the indices to leave out
     */
    public static int[] others(int size, int... part) {
        boolean[] in = new boolean[size];
        for (int index : part) {
            in[index] = true;
        }
        return IntStream.range(0, size).filter(i -> !in[i]).toArray();
    }

    /** All indices in random order, sorted by class. */
    private static int[] byClass(Dataset data) {
        int[] drawn = new Philox(SEED, 0).permutation(data.size());
        if (data.classes() == 0) {
            return drawn;
        }
        int[] labels = new int[data.size()];
        int[] starts = new int[data.classes() + 1];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = label(data, i);
            starts[labels[i] + 1]++;
        }
        Arrays.parallelPrefix(starts, Integer::sum);
        int[] sorted = new int[labels.length];
        for (int index : drawn) {
            sorted[starts[labels[index]]++] = index;
        }
        return sorted;
    }

    private static int label(Dataset data, int index) {
        int label = data.label(index);
        if (label < 0 || label >= data.classes()) {
            throw new DataException(
                    "label " + label + " of example " + index + ": expected 0 to " + (data.classes() - 1));
        }
        return label;
    }

    /**
     * Gives each example in turn to the part that is furthest below its share, so that every run of examples, such as
     * those of one class, is divided with an error of at most one example.
     */
    private static byte[] deal(int[] order, double[] shares, int... counts) {
        byte[] partOf = new byte[order.length];
        for (int dealt = 0; dealt < order.length; dealt++) {
            int best = 0;
            for (int part = 1; part < shares.length; part++) {
                double lack = shares[part] * (dealt + 1) - counts[part];
                best = lack > shares[best] * (dealt + 1) - counts[best] + ROUNDING ? part : best;
            }
            partOf[order[dealt]] = (byte) best;
            counts[best]++;
        }
        return partOf;
    }
}
