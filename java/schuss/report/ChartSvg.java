package schuss.report;

import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.span;
import static j2html.TagCreator.tag;

import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Draws a chart as SVG within HTML, its legend below it. */
final class ChartSvg {
    private static final int WIDTH = 520;
    private static final int HEIGHT = 300;
    private static final int LEFT = 70;
    private static final int RIGHT = WIDTH - 14;
    private static final int TOP = 12;
    private static final int BOTTOM = HEIGHT - 46;
    private static final int TICK = 5;
    private static final int BASELINE = 4; // from a text's middle to where its letters stand
    private static final int MOST_MARKS = 40; // points of a curve that are marked each

    private final Chart chart;
    private final List<Chart.Series> series;
    private final Axis x;
    private final Axis y;

    private ChartSvg(Chart chart) {
        this.chart = chart;
        series = chart.visible();
        x = Axis.of(series.stream().flatMapToDouble(s -> Arrays.stream(s.x())), false);
        y = Axis.of(series.stream().flatMapToDouble(s -> Arrays.stream(s.y())), chart.logarithmic());
    }

    static DomContent of(Chart chart) {
        ChartSvg svg = new ChartSvg(chart);
        List<DomContent> shapes = new ArrayList<>();
        svg.x.ticks().forEach(tick -> shapes.addAll(svg.xTick(tick)));
        svg.y.ticks().forEach(tick -> shapes.addAll(svg.yTick(tick)));
        shapes.add(line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis"));
        shapes.add(line(LEFT, TOP, LEFT, BOTTOM, "axis"));
        int middle = (TOP + BOTTOM) / 2;
        shapes.add(text((LEFT + RIGHT) / 2.0, HEIGHT - 8, "middle", chart.xLabel()));
        shapes.add(text(14, middle, "middle", chart.yLabel()).attr("transform", "rotate(-90 14 " + middle + ")"));
        for (int i = 0; i < svg.series.size(); i++) {
            shapes.addAll(svg.curve(i));
        }
        return figure(
                div(chart.title()).withClass("title"),
                tag("svg")
                        .attr("viewBox", "0 0 " + WIDTH + " " + HEIGHT)
                        .attr("role", "img")
                        .attr("aria-label", chart.title())
                        .with(shapes),
                svg.legend());
    }

    private double across(double value) {
        return LEFT + x.place(value) * (RIGHT - LEFT);
    }

    private double down(double value) {
        return BOTTOM - y.place(value) * (BOTTOM - TOP);
    }

    private List<DomContent> xTick(double tick) {
        double at = across(tick);
        return List.of(
                line(at, BOTTOM, at, BOTTOM + TICK, "axis"),
                text(at, BOTTOM + TICK + 13, "middle", Axis.text(tick)).withClass("tick"));
    }

    private List<DomContent> yTick(double tick) {
        double at = down(tick);
        return List.of(
                line(LEFT, at, RIGHT, at, "grid"),
                line(LEFT - TICK, at, LEFT, at, "axis"),
                text(LEFT - TICK - 3, at + BASELINE, "end", Axis.text(tick)).withClass("tick"));
    }

    private List<DomContent> curve(int index) {
        Chart.Series curve = series.get(index);
        String points = IntStream.range(0, curve.x().length)
                .mapToObj(i -> number(across(curve.x()[i])) + "," + number(down(curve.y()[i])))
                .collect(Collectors.joining(" "));
        List<DomContent> shapes = new ArrayList<>();
        if (curve.line()) {
            shapes.add(tag("polyline")
                    .withClass("curve")
                    .attr("points", points)
                    .attr("stroke", Palette.color(index, series.size())));
        }
        boolean marked = !curve.line() || curve.x().length <= MOST_MARKS;
        for (int i = 0; marked && i < curve.x().length; i++) {
            // a browser shows the title of what the mouse points at
            shapes.add(tag("circle")
                    .attr("cx", number(across(curve.x()[i])))
                    .attr("cy", number(down(curve.y()[i])))
                    .attr("r", "2.5")
                    .attr("fill", Palette.color(index, series.size()))
                    .attr("fill-opacity", curve.line() ? "1" : "0.6")
                    .with(tag("title")
                            .withText(curve.name() + ", " + chart.xLabel() + " " + Axis.text(curve.x()[i]) + ": "
                                    + Axis.text(curve.y()[i]))));
        }
        return shapes;
    }

    private DomContent legend() {
        return figcaption(each(IntStream.range(0, series.size())
                .mapToObj(i -> span(
                                span().withClass("key").withStyle("background: " + Palette.color(i, series.size())),
                                span(series.get(i).name()))
                        .withClass("entry"))));
    }

    private static ContainerTag<?> line(double x1, double y1, double x2, double y2, String kind) {
        return tag("line")
                .attr("x1", number(x1))
                .attr("y1", number(y1))
                .attr("x2", number(x2))
                .attr("y2", number(y2))
                .withClass(kind);
    }

    private static ContainerTag<?> text(double x, double y, String anchor, String text) {
        return tag("text")
                .attr("x", number(x))
                .attr("y", number(y))
                .attr("text-anchor", anchor)
                .withText(text);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
