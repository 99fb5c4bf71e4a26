package schuss.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Curves over one pair of axes, to be drawn in an {@link HtmlReport} or as an image.
 *
 * <pre>{@code
 * Chart chart = new Chart("Loss", "epoch", "nats", List.of(
 *     new Chart.Series("training", new double[] {1, 2, 3}, new double[] {0.9, 0.5, 0.4})));
 * Files.write(Path.of("loss.png"), Chart.png(List.of(chart)));
 * }</pre>
 *
 * @param logarithmic whether the y axis is; numbers that are not above 0 are then left out
 */
public record Chart(String title, String xLabel, String yLabel, boolean logarithmic, List<Series> series) {
    /**
     * One curve, or points of a cloud. Those that are not finite are left out.
     *
     * @param x ascending along a curve
     * @param y as many
     * @param line whether the points are joined
     */
    public record Series(String name, double[] x, double[] y, boolean line) {
        /** A curve. */
        public Series(String name, double[] x, double[] y) {
            this(name, x, y, true);
        }

        /** A cloud of points. */
        public static Series points(String name, double[] x, double[] y) {
            return new Series(name, x, y, false);
        }

        public Series {
            if (x.length != y.length) {
                throw new IllegalArgumentException(
                        "series \"" + name + "\": expected a y for each of " + x.length + " x, got " + y.length);
            }
        }
    }

    public Chart {
        series = List.copyOf(series);
    }

    /** Over axes that are both linear. */
    public Chart(String title, String xLabel, String yLabel, List<Series> series) {
        this(title, xLabel, yLabel, false, series);
    }

    /**
     * Charts below each other as the bytes of a PNG file.
     *
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

    /** This chart's series without the points that it cannot show. */
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
