package schuss.report;

import j2html.tags.DomContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import schuss.internal.AtomicFile;
import schuss.metrics.ConfusionMatrix;

/**
 * One HTML file with headings, tables, charts and images, that needs no other file, no network and no script. Needs the
 * library j2html.
 *
 * <pre>{@code
 * new HtmlReport("Two learning rates")
 *     .section("Loss")
 *     .charts(chart)
 *     .text("The smaller one is slower.")
 *     .write(Path.of("rates.html"));
 * }</pre>
 */
public final class HtmlReport {
    private static final int MOST_CLASSES = 40; // a larger matrix cannot be read

    private final String title;
    private final List<DomContent> content = new ArrayList<>();

    /**
     * An image with a line below it.
     *
     * @param png the bytes of a PNG file
     */
    public record Image(String caption, byte[] png) {}

    /**
     * An empty report.
     *
     * @throws IllegalStateException if j2html, an optional library, is not on the class path
     */
    public HtmlReport(String title) {
        this.title = title;
        try {
            content.add(Html.mainHeading(title));
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "HtmlReport: expected the library com.j2html:j2html on the class path, got none", e);
        }
    }

    public String title() {
        return title;
    }

    /** What follows comes below this heading. */
    public HtmlReport section(String heading) {
        content.add(Html.heading(heading));
        return this;
    }

    /** A paragraph. */
    public HtmlReport text(String text) {
        content.add(Html.paragraph(text));
        return this;
    }

    /** Something to be noticed. */
    public HtmlReport warning(String text) {
        content.add(Html.paragraph(text).withClass("warning"));
        return this;
    }

    /** A line each: a name and what it stands for. */
    public HtmlReport facts(Map<String, String> facts) {
        content.add(Html.facts(facts));
        return this;
    }

    /**
     * A table; one of many rows is folded until the reader opens it.
     *
     * @param rows cells, the first row the head
     * @param right columns whose cells end at the right, numbers
     */
    public HtmlReport table(List<List<String>> rows, Integer... right) {
        content.add(Html.grid(rows, right));
        return this;
    }

    /** Charts side by side. */
    public HtmlReport charts(Chart... charts) {
        content.add(Html.charts(List.of(charts)));
        return this;
    }

    /** Images side by side, their pixels enlarged. */
    public HtmlReport images(List<Image> images) {
        content.add(Html.images(images));
        return this;
    }

    /**
     * A row for each class, a column for what its examples were taken for; the darker the larger the share of the row. Of
     * more than 40 classes those with which most errors are made, and it says so.
     *
     * @param names of the classes
     */
    public HtmlReport confusion(ConfusionMatrix matrix, List<String> names) {
        List<Integer> shown = matrix.mostConfused(MOST_CLASSES);
        content.add(Html.confusion(matrix, names, shown));
        return shown.size() == matrix.classes()
                ? this
                : text("These are the " + shown.size() + " of " + matrix.classes()
                        + " classes with which most errors are made; the others are left out.");
    }

    /** A network layer by layer. */
    public HtmlReport summary(ModelSummary summary) {
        table(summary.cells(), ModelSummary.numbers());
        return facts(summary.totals());
    }

    /** The whole file. */
    public String toHtml() {
        return Html.page(title, content);
    }

    /** Writes the file. */
    public void write(Path path) throws IOException {
        AtomicFile.write(path, ByteBuffer.wrap(toHtml().getBytes(StandardCharsets.UTF_8)));
    }
}
