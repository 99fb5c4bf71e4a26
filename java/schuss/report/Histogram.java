package schuss.report;

/**
 * The distribution of some numbers: how many fall in each of up to 30 intervals of equal width.
 *
 * @param min the smallest number
 * @param max the largest number
 * @param count how many numbers there are
 * @param sum of the numbers
 * @param sumOfSquares the sum of the numbers' squares
 * @param limits the upper end of each interval, ascending; the last is {@code max}
 * @param counts how many numbers fall in each interval
 */
public record Histogram(
        double min, double max, double count, double sum, double sumOfSquares, double[] limits, double[] counts) {
    private static final int INTERVALS = 30;

    /**
     * Counts numbers. Those that are not finite are left out.
     *
     * @param values the numbers
     * @return the distribution
     */
    public static Histogram of(float[] values) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double count = 0;
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            if (Float.isFinite(value)) {
                min = Math.min(min, value);
                max = Math.max(max, value);
                count++;
                sum += value;
                squares += (double) value * value;
            }
        }
        if (count == 0) {
            return new Histogram(0, 0, 0, 0, 0, new double[] {0}, new double[] {0});
        }
        int intervals = min == max ? 1 : INTERVALS;
        double width = (max - min) / intervals;
        double[] limits = new double[intervals];
        double[] counts = new double[intervals];
        for (int i = 0; i < intervals; i++) {
            limits[i] = i == intervals - 1 ? max : min + (i + 1) * width;
        }
        for (float value : values) {
            if (Float.isFinite(value)) {
                counts[width == 0 ? 0 : Math.min(intervals - 1, (int) ((value - min) / width))]++;
            }
        }
        return new Histogram(min, max, count, sum, squares, limits, counts);
    }
}
