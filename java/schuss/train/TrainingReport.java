package schuss.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import schuss.Model;
import schuss.data.Dataset;
import schuss.optim.UpdateRule;
import schuss.report.Chart;
import schuss.report.HtmlReport;

/**
 * Gathers what a training run is to be judged by, and makes one HTML file of it that needs nothing else: curves of loss and
 * metrics, how large weights and gradients were, how well classes are told apart, the first layer's filters, the network and
 * the settings. Needs the library j2html.
 *
 * <pre>{@code
 * TrainingReport report = new TrainingReport("LeNet on Fashion-MNIST").test(FashionMnist.test(), FashionMnist.CLASSES);
 * trainer.callback(report).fit(FashionMnist.train());
 * report.write(Path.of("run.html"));
 * }</pre>
 */
public final class TrainingReport implements Callback {
    private final String title;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private Dataset test;
    private List<String> classes;
    private Training training;
    private Magnitudes weights;
    private Magnitudes gradients;
    private final List<Epoch> epochs = new ArrayList<>();
    private History history;

    /**
     * A report with this heading.
     *
     * @throws IllegalStateException if j2html, an optional library, is not on the class path
     */
    public TrainingReport(String title) {
        this.title = new HtmlReport(title).title(); // a missing library is to be told before training
    }

    /** One more line among the settings. */
    public TrainingReport setting(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /**
     * Examples to tell in the report how well the model does on them; with labels, which classes it takes for which.
     *
     * @param names of the classes, or none for their numbers
     */
    public TrainingReport test(Dataset data, List<String> names) {
        if (!names.isEmpty() && names.size() < data.classes()) {
            throw new IllegalArgumentException(
                    "TrainingReport: expected a name for each of " + data.classes() + " classes, got " + names.size());
        }
        test = data;
        classes = List.copyOf(names);
        return this;
    }

    @Override
    public void onBegin(Training begun) {
        training = begun;
        weights = new Magnitudes();
        gradients = new Magnitudes();
        epochs.clear();
        history = null;
    }

    @Override
    public void onEpoch(Epoch epoch) {
        Model model = training.model();
        weights.add(epoch.number(), model.layout(), model::parameter);
        gradients.add(epoch.number(), model.layout(), training::gradient);
        epochs.add(epoch);
    }

    @Override
    public void onEnd(History made) {
        history = made;
    }

    /**
     * Writes the file; after {@code fit} and before the model is closed, which is asked for its predictions.
     *
     * @throws IllegalStateException before the end of a {@code fit}
     */
    public void write(Path path) throws IOException {
        html().write(path);
    }

    /** The report, for more to be added to it; as {@link #write}. */
    public HtmlReport html() {
        if (history == null) {
            throw new IllegalStateException("TrainingReport: expected it after the end of fit, got it before");
        }
        HtmlReport html = new HtmlReport(title);
        addResult(html);
        addCurves(html);
        if (test != null && test.classes() > 0) {
            new ClassesSection(Predicted.of(training.model(), test), test, classes).addTo(html);
        }
        FirstFilters.of(training.model())
                .ifPresent(filters -> html.section("Filters of the first layer")
                        .text("The weights of \"" + filters.path()
                                + "\", each filter from black at its smallest to white at its largest.")
                        .pictures(List.of(new HtmlReport.Picture(
                                "Filters of " + filters.path(),
                                filters.picture().png()))));
        html.section("Network").summary(training.model().summary());
        html.section("Settings").facts(allSettings());
        return html;
    }

    private void addResult(HtmlReport html) {
        Map<String, String> facts = new LinkedHashMap<>();
        history.epochs().stream()
                .reduce((first, second) -> second)
                .ifPresent(last -> last.values()
                        .forEach((name, value) -> facts.put(
                                name.startsWith("validation ") ? name : "training " + name,
                                text(value) + " in epoch " + last.number())));
        if (test != null) {
            training.evaluate(test)
                    .forEach((name, value) -> facts.put(
                            "test " + name, text(value) + String.format(Locale.ROOT, " of %,d examples", test.size())));
        }
        facts.put(
                "trained on",
                String.format(Locale.ROOT, "%,d examples", training.data().size()));
        facts.put(
                "time",
                String.format(
                        Locale.ROOT,
                        "%.1f s of training",
                        history.epochs().stream().mapToDouble(Epoch::seconds).sum()));
        html.facts(facts);
        history.warnings().forEach(html::warning);
    }

    private void addCurves(HtmlReport html) {
        if (history.epochs().isEmpty()) {
            html.warning("Training was stopped before the end of its first epoch.");
            return;
        }
        List<Chart> charts = new ArrayList<>(Curves.perEpoch(history.epochs()));
        charts.add(Curves.perBatch(history.losses()));
        charts.add(Curves.learningRate(history.epochs()));
        html.section("Training").charts(charts.toArray(new Chart[0]));
        html.table(
                epochTable(),
                IntStream.range(0, epochTable().get(0).size()).boxed().toArray(Integer[]::new));
        if (!epochs.isEmpty()) {
            html.section("Layers")
                    .text("Weights, and gradients of the last update, after every epoch.")
                    .charts(weights.chart("Weights"), gradients.chart("Gradients"));
        }
    }

    private List<List<String>> epochTable() {
        List<List<String>> rows = new ArrayList<>();
        List<String> names = new ArrayList<>(List.of("epoch"));
        names.addAll(history.epochs().get(0).values().keySet());
        names.addAll(List.of("learning rate", "seconds"));
        rows.add(names);
        for (Epoch epoch : history.epochs()) {
            List<String> row = new ArrayList<>(List.of(Integer.toString(epoch.number())));
            epoch.values().values().forEach(value -> row.add(text(value)));
            row.add(text(epoch.learningRate()));
            row.add(String.format(Locale.ROOT, "%.1f", epoch.seconds()));
            rows.add(row);
        }
        return rows;
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }

    private Map<String, String> allSettings() {
        Settings used = training.settings();
        UpdateRule rule = used.rule();
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put("loss", used.loss().getClass().getSimpleName());
        all.put("optimiser", rule.optimizer().toString());
        if (!rule.equals(new UpdateRule(rule.optimizer()))) {
            all.put("update", rule.toString());
        }
        all.put("batch size", Integer.toString(used.batchSize()));
        all.put("seed", Long.toString(used.seed()));
        all.put("device", training.model().device().describe());
        all.put("threads", Integer.toString(training.model().device().threads()));
        all.put("Java", System.getProperty("java.runtime.version") + ", " + System.getProperty("java.vm.name"));
        all.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + System.getProperty("os.arch"));
        return all;
    }
}
