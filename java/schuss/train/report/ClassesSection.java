package schuss.train.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import schuss.data.Dataset;
import schuss.data.ExampleReader;
import schuss.evaluation.ClassificationReport;
import schuss.evaluation.Predicted;
import schuss.metrics.ConfusionMatrix;
import schuss.report.HtmlReport;
import schuss.report.Pixels;

/** The section of a report that shows which classes were mistaken for which. */
final class ClassesSection {
    private static final int PAIRS = 8;
    private static final int EXAMPLES = 24;

    private final Predicted predicted;
    private final Dataset data;
    private final List<String> names;
    private final ClassificationReport report;

    ClassesSection(Predicted predicted, Dataset data, List<String> names) {
        this.predicted = predicted;
        this.data = data;
        this.report = ClassificationReport.of(predicted, names);
        this.names = report.names();
    }

    void addTo(HtmlReport html) {
        html.section("Classes");
        html.confusion(report.confusion(), names);
        List<List<String>> rows = report.cells();
        html.table(rows, IntStream.range(1, rows.get(0).size()).boxed().toArray(Integer[]::new));
        report.leftOut().forEach(html::text);
        List<List<String>> pairs = pairs();
        if (pairs.size() == 1) {
            html.text("All examples were taken for what they are.");
            return;
        }
        html.section("Errors").table(pairs, 2, 3);
        if (Pixels.canShow(data.input().shape())) {
            html.text("The examples whose wrong class was furthest ahead of the right one:")
                    .images(images());
        }
    }

    /** The pairs of classes that were confused most often, below a row of names. */
    private List<List<String>> pairs() {
        ConfusionMatrix matrix = report.confusion();
        List<List<String>> rows = new ArrayList<>(List.of(List.of("is", "taken for", "examples", "of its class")));
        for (ConfusionMatrix.Confusion pair : matrix.confusions(PAIRS)) {
            rows.add(List.of(
                    names.get(pair.label()),
                    names.get(pair.predicted()),
                    Long.toString(pair.count()),
                    String.format(Locale.ROOT, "%.1f %%", 100.0 * pair.count() / matrix.count(pair.label()))));
        }
        return rows;
    }

    private List<HtmlReport.Image> images() {
        ExampleReader reader = new ExampleReader(data);
        return IntStream.range(0, data.size())
                .filter(i -> predicted.predictions()[i] != predicted.labels()[i])
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -predicted.margin(i)))
                .limit(EXAMPLES)
                .map(i -> {
                    reader.read(i);
                    int taken = predicted.predictions()[i];
                    String caption = String.format(
                            Locale.ROOT,
                            "%s, taken for %s by %.3f to %.3f (example %d)",
                            names.get(predicted.labels()[i]),
                            names.get(taken),
                            predicted.taken()[i],
                            predicted.right()[i],
                            i);
                    return new HtmlReport.Image(
                            caption, Pixels.png(reader.inputs(), data.input().shape()));
                })
                .toList();
    }
}
