package schuss.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws charts with XChart. */
final class ChartImage {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 420;

    private ChartImage() {}

    static byte[] png(List<Chart> charts) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT * charts.size(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        for (int i = 0; i < charts.size(); i++) {
            graphics.drawImage(BitmapEncoder.getBufferedImage(draw(charts.get(i))), 0, i * HEIGHT, null);
        }
        graphics.dispose();
        return Pixels.png(image);
    }

    private static XYChart draw(Chart chart) {
        XYChart drawn = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(chart.title())
                .xAxisTitle(chart.xLabel())
                .yAxisTitle(chart.yLabel())
                .build();
        drawn.getStyler()
                .setYAxisLogarithmic(chart.logarithmic())
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false);
        List<Chart.Series> visible = chart.visible();
        for (int i = 0; i < visible.size(); i++) {
            Chart.Series series = visible.get(i);
            if (series.x().length > 0) { // XChart draws none of no points
                XYSeries curve = drawn.addSeries(series.name(), series.x(), series.y());
                curve.setLineColor(new Color(Palette.rgb(i, visible.size())));
                curve.setMarkerColor(curve.getLineColor());
                boolean marked = !series.line() || series.x().length == 1;
                curve.setMarker(marked ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
                if (!series.line()) {
                    curve.setLineStyle(SeriesLines.NONE);
                }
            }
        }
        return drawn;
    }
}
