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
 * Builds an HTML file with headings, text, tables, charts and images. The file is self-contained: it needs no other
 * file, no network and no script. Requires the optional library j2html.
 *
 * <pre>{@code
 * new HtmlReport("Two learning rates")
 *     .section("Loss")
 *     .charts(chart)
 *     .text("The smaller one is slower.")
 *     .write(Path.of("rates.html"));
 * }</pre>
 *
 * <p>Every method that adds something appends it at the end and returns this report.
 */
public final class HtmlReport {
    private static final int MOST_CLASSES = 40; // a larger matrix cannot be read

    private final String title;
    private final List<DomContent> content = new ArrayList<>();

    /**
     * An image with a caption.
     *
     * @param caption the line below it
     * @param png the bytes of a PNG file
     */
    public record Image(String caption, byte[] png) {}

    /**
     * Starts an empty report.
     *
     * @param title the title of the page, and its first heading
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

    /** {@return the title of the page} */
    public String title() {
        return title;
    }

    /**
     * Starts a section.
     *
     * @param heading its heading
     * @return this
     */
    public HtmlReport section(String heading) {
        content.add(Html.heading(heading));
        return this;
    }

    /**
     * Adds a paragraph.
     *
     * @param text of the paragraph
     * @return this
     */
    public HtmlReport text(String text) {
        content.add(Html.paragraph(text));
        return this;
    }

    /**
     * Adds a highlighted paragraph.
     *
     * @param text of the paragraph
     * @return this
     */
    public HtmlReport warning(String text) {
        content.add(Html.paragraph(text).withClass("warning"));
        return this;
    }

    /**
     * Adds a list of names with their values.
     *
     * @param facts the values by name, in the order of the list
     * @return this
     */
    public HtmlReport facts(Map<String, String> facts) {
        content.add(Html.facts(facts));
        return this;
    }

    /**
     * Adds a table. A table with many rows is collapsed until the reader opens it.
     *
     * @param rows the cells; the first row is the head
     * @param right the columns that are aligned to the right, for numbers
     * @return this
     */
    public HtmlReport table(List<List<String>> rows, Integer... right) {
        content.add(Html.grid(rows, right));
        return this;
    }

    /**
     * Adds charts side by side.
     *
     * @param charts the charts
     * @return this
     */
    public HtmlReport charts(Chart... charts) {
        content.add(Html.charts(List.of(charts)));
        return this;
    }

    /**
     * Adds images side by side, with their pixels enlarged.
     *
     * @param images the images
     * @return this
     */
    public HtmlReport images(List<Image> images) {
        content.add(Html.images(images));
        return this;
    }

    /**
     * Adds a confusion matrix: a row for each class, a column for each prediction; the larger its share of the row, the
     * darker the cell. Of more than 40 classes it shows those with most errors, and says so.
     *
     * @param matrix the counts
     * @param names of the classes, by their numbers
     * @return this
     */
    public HtmlReport confusion(ConfusionMatrix matrix, List<String> names) {
        List<Integer> shown = matrix.mostConfused(MOST_CLASSES);
        content.add(Html.confusion(matrix, names, shown));
        return shown.size() == matrix.classes()
                ? this
                : text("These are the " + shown.size() + " of " + matrix.classes()
                        + " classes with which most errors are made; the others are left out.");
    }

    /**
     * Adds the layers of a network, and its totals.
     *
     * @param summary the network
     * @return this
     */
    public HtmlReport summary(ModelSummary summary) {
        table(summary.cells(), ModelSummary.numbers());
        return facts(summary.totals());
    }

    /** {@return the content of the file} */
    public String toHtml() {
        return Html.page(title, content);
    }

    /**
     * Writes the file.
     *
     * @param path where to write it
     * @throws IOException if writing fails
     */
    public void write(Path path) throws IOException {
        AtomicFile.write(path, ByteBuffer.wrap(toHtml().getBytes(StandardCharsets.UTF_8)));
    }
}
