package schuss.data.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Computes means and standard deviations of a column's inputs over some rows, in double precision. */
final class ColumnFit {
    private static final int SECOND_DIGITS = 6; // of a day as a fraction

    private ColumnFit() {}

    /** The column with the means and standard deviations of these rows; null means all rows. */
    static TableColumn of(Cells cells, int[] rows, TableColumn column, int place) {
        double[] values = IntStream.range(0, rows == null ? cells.size() : rows.length)
                .mapToDouble(i -> cells.get(rows == null ? i : rows[i], place))
                .filter(value -> !Double.isNaN(value))
                .toArray();
        List<Double> means = new ArrayList<>();
        List<Double> deviations = new ArrayList<>();
        if (column.isCategorical()) {
            long[] counts = new long[column.width()];
            for (double value : values) {
                counts[(int) value]++;
            }
            for (long count : counts) {
                double share = values.length == 0 ? 0 : count / (double) values.length;
                means.add(share);
                deviations.add(share > 0 && share < 1 ? Math.sqrt(share * (1 - share)) : 1);
            }
        } else {
            for (double[] input : inputs(column, values)) {
                double mean = mean(input);
                means.add(mean);
                deviations.add(deviation(mean, input));
            }
        }
        return column.fitted(means, deviations);
    }

    /** Each input of the column for every cell. */
    private static double[][] inputs(TableColumn column, double... cells) {
        double[][] inputs = new double[column.width()][cells.length];
        double[] parts = new double[column.width()];
        for (int i = 0; i < cells.length; i++) {
            column.inputs(cells[i], parts);
            for (int part = 0; part < parts.length; part++) {
                inputs[part][i] = parts[part];
            }
        }
        return inputs;
    }

    /** The mean, 0 of no values. It is updated value by value, so that a sum of large numbers cannot overflow. */
    private static double mean(double... values) {
        double mean = 0;
        for (int i = 0; i < values.length; i++) {
            mean += values[i] / (i + 1) - mean / (i + 1);
        }
        return mean;
    }

    /**
     * The standard deviation, 1 if all values are equal. Differences are divided by the largest one before squaring, so
     * that squares cannot overflow.
     */
    private static double deviation(double mean, double... values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value / 2 - mean / 2));
        }
        double squares = 0;
        for (double value : values) {
            double share = (value / 2 - mean / 2) / largest;
            squares += share * share;
        }
        double deviation = 2 * (largest * Math.sqrt(squares / values.length));
        return largest > 0 ? Math.max(Double.MIN_NORMAL, Math.min(Double.MAX_VALUE, deviation)) : 1;
    }

    /** A warning if different numbers in the file become the same number for the network, else null. */
    static String merged(Cells cells, TableSchema schema, int place, int fractionDigits) {
        TableColumn column = schema.columns().get(place);
        if (column.kind() != TableColumn.Kind.NUMERIC) {
            return null;
        }
        double mean = column.means().get(0);
        double deviation = column.deviations().get(0);
        double[] values = IntStream.range(0, cells.size())
                .mapToDouble(i -> cells.get(i, place))
                .filter(value -> !Double.isNaN(value))
                .toArray();
        double largest = Arrays.stream(values)
                .map(value -> Math.abs((value - mean) / deviation))
                .max()
                .orElse(0);
        double step = Math.pow(10, column.notation().isDate() ? -SECOND_DIGITS : -fractionDigits) / deviation;
        if (step > 2 * Math.ulp((float) largest)) {
            return null; // numbers with so few digits stay apart
        }
        Arrays.parallelSort(values);
        int different = values.length == 0 ? 0 : 1;
        int left = different;
        for (int i = 1; i < values.length; i++) {
            if (values[i] != values[i - 1]) {
                different++;
                left += (float) ((values[i] - mean) / deviation) == (float) ((values[i - 1] - mean) / deviation)
                        ? 0
                        : 1;
            }
        }
        return left == different
                ? null
                : String.format(
                        Locale.ROOT,
                        "column %s: %,d different numbers become %,d for the network, which computes in single precision",
                        column.name(),
                        different,
                        left);
    }
}
