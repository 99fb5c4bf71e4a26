package schuss.report;

import static j2html.TagCreator.body;
import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.head;
import static j2html.TagCreator.html;
import static j2html.TagCreator.img;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.style;
import static j2html.TagCreator.summary;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.title;
import static j2html.TagCreator.tr;

import j2html.Config;
import j2html.rendering.FlatHtml;
import j2html.tags.DomContent;
import j2html.tags.specialized.PTag;
import j2html.tags.specialized.TdTag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import schuss.metrics.ConfusionMatrix;

/** The elements of an {@link HtmlReport}. All tags are closed, so the file is well-formed XML too. */
final class Html {
    private static final int MOST_ROWS = 24; // longer tables are folded
    private static final double DARK = 0.5; // from this share on, text is white
    private static final String STYLE = """
            body { margin: 0; background: #fff; color: #222; font: 15px/1.5 "Helvetica Neue", Arial, sans-serif; }
            main { max-width: 1120px; margin: 0 auto; padding: 24px 32px 64px; }
            h1 { font-size: 26px; font-weight: 600; margin: 8px 0 16px; }
            h2 { font-size: 19px; font-weight: 600; margin: 40px 0 12px; padding-bottom: 4px;
              border-bottom: 1px solid #ccc; }
            p { max-width: 760px; margin: 8px 0; }
            .warning { border-left: 4px solid #d55e00; background: #fdf3ec; padding: 6px 12px; }
            .wide { overflow-x: auto; }
            table { border-collapse: collapse; margin: 12px 0; font-variant-numeric: tabular-nums; }
            th, td { padding: 3px 14px 3px 0; text-align: left; vertical-align: top; }
            th { font-weight: 600; border-bottom: 1px solid #999; }
            .facts th { font-weight: 400; color: #666; border: 0; white-space: nowrap; }
            .facts td { overflow-wrap: anywhere; }
            summary { cursor: pointer; color: #0072b2; }
            .right { text-align: right; }
            .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr)); gap: 20px 28px; }
            figure { margin: 0; }
            .charts figure { max-width: 620px; }
            .title { font-weight: 600; margin-bottom: 4px; }
            svg { width: 100%; height: auto; display: block; }
            svg text { font-size: 13px; fill: #222; }
            svg .tick { font-size: 12px; fill: #555; }
            .axis { stroke: #444; stroke-width: 1; }
            .grid { stroke: #e4e4e4; stroke-width: 1; }
            .curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
            figcaption { font-size: 13px; color: #444; }
            .entry { display: inline-block; margin-right: 16px; white-space: nowrap; }
            .key { display: inline-block; width: 18px; height: 3px; margin-right: 6px; vertical-align: middle; }
            .images { display: flex; flex-wrap: wrap; gap: 16px; }
            .images img { image-rendering: pixelated; display: block; border: 1px solid #ddd; min-width: 112px; }
            .images figcaption { max-width: 150px; padding-top: 4px; }
            .images .large img { width: min(420px, 100%); }
            .images .large figcaption { max-width: 420px; }
            .confusion { font-size: 13px; }
            .confusion th { border: 0; padding: 2px 8px; }
            .confusion td { border: 1px solid #eee; padding: 4px 8px; text-align: right; min-width: 34px; }
            .confusion thead th { text-align: right; vertical-align: bottom; }
            @media (max-width: 600px) { main { padding: 12px 14px 32px; } .facts th { white-space: normal; } }
            @media print { * { print-color-adjust: exact; } .charts { grid-template-columns: 1fr 1fr; }
              h2 { break-after: avoid; } figure, tr { break-inside: avoid; } }
            """;

    private Html() {}

    static DomContent mainHeading(String title) {
        return h1(title);
    }

    static DomContent heading(String heading) {
        return h2(heading);
    }

    static PTag paragraph(String text) {
        return p(text);
    }

    static DomContent facts(Map<String, String> facts) {
        return table(tbody(each(
                        facts.entrySet(), fact -> tr(th(fact.getKey()).attr("scope", "row"), td(fact.getValue())))))
                .withClass("facts");
    }

    static DomContent grid(List<List<String>> rows, Integer... right) {
        Set<Integer> toTheRight = Set.of(right);
        int columns = rows.get(0).size();
        DomContent names = tr(each(IntStream.range(0, columns)
                .mapToObj(i -> th(rows.get(0).get(i)).withCondClass(toTheRight.contains(i), "right"))));
        DomContent cells = each(
                rows.subList(1, rows.size()),
                row -> tr(each(IntStream.range(0, columns)
                        .mapToObj(i -> td(row.get(i)).withCondClass(toTheRight.contains(i), "right")))));
        DomContent whole = div(table(thead(names), tbody(cells))).withClass("wide");
        int count = rows.size() - 1;
        return count > MOST_ROWS ? details(summary("All " + count + " rows"), whole) : whole;
    }

    static DomContent charts(List<Chart> charts) {
        return div(each(charts, ChartSvg::of)).withClass("charts");
    }

    static DomContent images(List<HtmlReport.Image> images) {
        return div(each(
                        images,
                        image -> figure(
                                        img().withSrc("data:image/png;base64,"
                                                        + Base64.getEncoder().encodeToString(image.png()))
                                                .withAlt(image.caption()),
                                        figcaption(image.caption()))
                                .withCondClass(images.size() == 1, "large")))
                .withClass("images");
    }

    /** @param classes those shown */
    static DomContent confusion(ConfusionMatrix matrix, List<String> names, List<Integer> classes) {
        DomContent predicted = tr(th("is \\ taken for"), each(classes, c -> th(names.get(c))));
        DomContent rows = each(
                classes,
                label -> tr(th(names.get(label)).attr("scope", "row"), each(classes, to -> cell(matrix, label, to))));
        return div(table(thead(predicted), tbody(rows)).withClass("confusion")).withClass("wide");
    }

    private static TdTag cell(ConfusionMatrix matrix, int label, int predicted) {
        double share = (double) matrix.count(label, predicted) / Math.max(1, matrix.count(label));
        String color = label == predicted ? "0, 114, 178" : "213, 94, 0";
        // a small share of errors is to be seen too
        return td(Long.toString(matrix.count(label, predicted)))
                .withStyle(String.format(
                        Locale.ROOT,
                        "background: rgba(%s, %.3f); color: %s",
                        color,
                        label == predicted ? share : Math.min(1, Math.sqrt(share)),
                        (label == predicted ? share : Math.sqrt(share)) > DARK ? "#fff" : "#222"));
    }

    static String page(String title, List<DomContent> content) {
        StringBuilder text = new StringBuilder("<!DOCTYPE html>\n");
        try {
            html(
                            head(
                                    meta().withCharset("utf-8"),
                                    meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                                    title(title),
                                    style(rawHtml(STYLE))),
                            body(main(each(content, part -> part))))
                    .withLang("en")
                    .render(FlatHtml.into(text, Config.defaults().withEmptyTagsClosed(true)));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory throws none
        }
        return text.append('\n').toString();
    }
}
