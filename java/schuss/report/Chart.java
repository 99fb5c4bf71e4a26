package schuss.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Curves or points over one pair of axes, drawn in an {@link HtmlReport} or as a PNG image.
 *
 * <pre>{@code
 * Chart chart = new Chart("Loss", "epoch", "nats", List.of(
 *     new Chart.Series("training", new double[] {1, 2, 3}, new double[] {0.9, 0.5, 0.4})));
 * Files.write(Path.of("loss.png"), Chart.png(List.of(chart)));
 * }</pre>
 *
 * @param title above the chart
 * @param xLabel below the x axis
 * @param yLabel beside the y axis
 * @param logarithmic whether the y axis is logarithmic; values that are not above 0 are then left out
 * @param series the curves
 */
public record Chart(String title, String xLabel, String yLabel, boolean logarithmic, List<Series> series) {
    /**
     * One curve, or one set of points. Points that are not finite are left out.
     *
     * @param name in the legend
     * @param x the x coordinates; ascending along a curve
     * @param y the y coordinates, one for each x
     * @param line whether the points are joined
     */
    public record Series(String name, double[] x, double[] y, boolean line) {
        /**
         * A curve.
         *
         * @param name in the legend
         * @param x the x coordinates, ascending
         * @param y the y coordinates, one for each x
         */
        public Series(String name, double[] x, double[] y) {
            this(name, x, y, true);
        }

        /**
         * {@return a series of points that are not joined}
         *
         * @param name in the legend
         * @param x the x coordinates
         * @param y the y coordinates, one for each x
         */
        public static Series points(String name, double[] x, double[] y) {
            return new Series(name, x, y, false);
        }

        /**
         * Creates the record; the lengths are checked.
         *
         * @param name in the legend
         * @param x the x coordinates; ascending along a curve
         * @param y the y coordinates, one for each x
         * @param line whether the points are joined
         * @throws IllegalArgumentException if there is not one y for each x
         */
        public Series {
            if (x.length != y.length) {
                throw new IllegalArgumentException(
                        "series \"" + name + "\": expected a y for each of " + x.length + " x, got " + y.length);
            }
        }
    }

    /**
     * Creates the record; the list is copied.
     *
     * @param title above the chart
     * @param xLabel below the x axis
     * @param yLabel beside the y axis
     * @param logarithmic whether the y axis is logarithmic; values that are not above 0 are then left out
     * @param series the curves
     */
    public Chart {
        series = List.copyOf(series);
    }

    /**
     * A chart with two linear axes.
     *
     * @param title above the chart
     * @param xLabel below the x axis
     * @param yLabel beside the y axis
     * @param series the curves
     */
    public Chart(String title, String xLabel, String yLabel, List<Series> series) {
        this(title, xLabel, yLabel, false, series);
    }

    /**
     * Draws charts below each other.
     *
     * @param charts at least one
     * @return the bytes of a PNG file
     * @throws IllegalArgumentException if there is no chart
     * @throws IllegalStateException if XChart, an optional library, is not on the class path
     */
    public static byte[] png(List<Chart> charts) {
        if (charts.isEmpty()) {
            throw new IllegalArgumentException("Chart: expected at least one chart to draw, got none");
        }
        try {
            return ChartImage.png(charts);
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "Chart: expected the library org.knowm.xchart:xchart on the class path, got none", e);
        }
    }

    /** The series without the points that this chart cannot show. */
    List<Series> visible() {
        return series.stream().map(this::visible).toList();
    }

    private Series visible(Series all) {
        int[] shown = IntStream.range(0, all.x.length)
                .filter(i -> Double.isFinite(all.x[i]) && Double.isFinite(all.y[i]))
                .filter(i -> !logarithmic || all.y[i] > 0)
                .toArray();
        return new Series(
                all.name,
                Arrays.stream(shown).mapToDouble(i -> all.x[i]).toArray(),
                Arrays.stream(shown).mapToDouble(i -> all.y[i]).toArray(),
                all.line);
    }
}
