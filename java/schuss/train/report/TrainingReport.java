package schuss.train.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import schuss.Model;
import schuss.data.Dataset;
import schuss.evaluation.Predicted;
import schuss.internal.Inside;
import schuss.optim.UpdateRule;
import schuss.report.Chart;
import schuss.report.FilterImage;
import schuss.report.HtmlReport;
import schuss.report.Versions;
import schuss.train.Callback;
import schuss.train.Curves;
import schuss.train.Epoch;
import schuss.train.History;
import schuss.train.NotFiniteException;
import schuss.train.Progress;
import schuss.train.Training;
import schuss.train.diagnosis.Magnitudes;
import schuss.train.loop.Settings;

/**
 * A callback that collects the results of a training run and makes one self-contained HTML file of them: curves of loss
 * and metrics, the size of weights and gradients, the confusion of classes, the filters of the first layer, the network
 * and the settings. Requires the optional library j2html.
 *
 * <pre>{@code
 * TrainingReport report = new TrainingReport("LeNet on Fashion-MNIST").test(FashionMnist.test());
 * trainer.withCallback(report).fit(FashionMnist.train());
 * report.write(Path.of("run.html"));
 * }</pre>
 */
public final class TrainingReport implements Callback {
    private final String title;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private Dataset test;
    private String testName = "test";
    private List<String> classes;
    private Training training;
    private Magnitudes weights;
    private Magnitudes gradients;
    private Progress progress;
    private DoubleUnaryOperator testUnit = DoubleUnaryOperator.identity();
    private History history;
    private String failure;

    /**
     * Starts a report.
     *
     * @param title the heading of the page
     * @throws IllegalStateException if j2html, an optional library, is not on the class path
     */
    public TrainingReport(String title) {
        this.title = new HtmlReport(title).title(); // a missing library is to be told before training
    }

    /**
     * Adds a line to the settings.
     *
     * @param name of the setting
     * @param value of the setting
     * @return this
     */
    public TrainingReport setting(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /**
     * Sets the examples that the trained model is evaluated on in the report. For a classifier the report shows which classes
     * are mistaken for which, by the names that the data has for them.
     *
     * @param data the examples
     * @return this
     */
    public TrainingReport test(Dataset data) {
        return test(data, data.classNames());
    }

    /**
     * Sets the examples that the trained model is evaluated on, with other names for their classes.
     *
     * @param data the examples
     * @param names the names of the classes; if empty, those that the data has
     * @return this
     * @throws IllegalArgumentException if there are names, but fewer than classes
     */
    public TrainingReport test(Dataset data, List<String> names) {
        if (!names.isEmpty() && names.size() < data.classes()) {
            throw new IllegalArgumentException(
                    "TrainingReport: expected a name for each of " + data.classes() + " classes, got " + names.size());
        }
        test = data;
        classes = names.isEmpty() ? data.classNames() : List.copyOf(names);
        return this;
    }

    /**
     * Sets what the report calls these examples; {@code test} by default.
     *
     * @param name what to call them
     * @return this
     */
    public TrainingReport testCalled(String name) {
        testName = name;
        return this;
    }

    /**
     * For regression: converts targets and predictions to the unit in which they are shown.
     *
     * @param unit the conversion, such as {@code table.schema()::prediction}
     * @return this
     */
    public TrainingReport testUnit(DoubleUnaryOperator unit) {
        testUnit = unit;
        return this;
    }

    @Override
    public void onBegin(Training begun) {
        training = begun;
        weights = new Magnitudes();
        gradients = new Magnitudes();
        progress = null;
        history = null;
        failure = null;
    }

    @Override
    public void onProgress(Progress now) {
        progress = now;
    }

    @Override
    public void onEpoch(Epoch epoch) {
        Model model = training.model();
        weights.add(epoch.number(), model.declarations(), model::parameter);
        gradients.add(epoch.number(), model.declarations(), training::gradient);
    }

    @Override
    public void onEnd(History made) {
        history = made;
    }

    /**
     * Writes the file. Call it after {@code fit}, and before the model is closed, since the model is asked for
     * predictions.
     *
     * @param path where to write it
     * @throws IOException if writing fails
     * @throws IllegalStateException before the end of a {@code fit}, unless it {@link #failed}
     */
    public void write(Path path) throws IOException {
        html().write(path);
    }

    /**
     * {@return the report, so that you can add to it} Call it after {@code fit}, and before the model is closed.
     *
     * @throws IllegalStateException before the end of a {@code fit}, unless it {@link #failed}
     */
    public HtmlReport html() {
        if (history == null) {
            throw new IllegalStateException("TrainingReport: expected it after the end of fit, got it before");
        }
        HtmlReport html = new HtmlReport(title);
        Map<String, Double> tested = test == null ? Map.of() : training.evaluate(test);
        addResult(html, tested);
        addCurves(html);
        if (tested.values().stream().anyMatch(v -> v.isNaN())) {
            html.warning(
                    "The model's outputs for the " + testName + " examples are not numbers: nothing is told of them.");
        } else if (test != null && test.classes() > 0) {
            new ClassesSection(Predicted.of(training.model(), test), test, classes).addTo(html);
        } else if (test != null && RegressionSection.canTell(training.model(), test)) {
            new RegressionSection(training.model(), test, testUnit).addTo(html);
        }
        FirstFilters.of(training.model())
                .ifPresent(filters -> html.section("Filters of the first layer")
                        .text((filters.count() > FilterImage.MOST
                                        ? "The first " + FilterImage.MOST + " of " + filters.count() + " filters of \""
                                        : "The filters of \"")
                                + filters.path()
                                + "\", each from black at its smallest weight to white at its largest.")
                        .images(List.of(new HtmlReport.Image(
                                "Filters of " + filters.path(), filters.image().png()))));
        html.section("Network").summary(training.model().summary());
        html.section("Settings").facts(allSettings());
        return html;
    }

    /**
     * Makes the report show a {@code fit} that ended because a number was not finite: the results until then, and the
     * reason.
     *
     * @param failure that {@code fit} threw
     * @return this
     */
    public TrainingReport failed(NotFiniteException failure) {
        history = failure.history();
        this.failure = failure.getMessage();
        return this;
    }

    private void addResult(HtmlReport html, Map<String, Double> tested) {
        if (failure != null) {
            html.warning(failure);
        }
        Map<String, String> facts = new LinkedHashMap<>();
        history.epochs().stream()
                .reduce((first, second) -> second)
                .ifPresent(last -> last.values()
                        .forEach((name, value) -> facts.put(
                                name.startsWith(Training.VALIDATION) ? name : "training " + name,
                                text(value) + " in epoch " + last.number())));
        tested.forEach((name, value) -> facts.put(
                testName + " " + name, text(value) + String.format(Locale.ROOT, " on %,d examples", test.size())));
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
        if (failure == null && progress != null && progress.examples() < progress.ofExamples()) {
            html.warning(String.format(
                    Locale.ROOT,
                    "Training was stopped in epoch %d of %d, after %,d of %,d examples.",
                    progress.epoch(),
                    progress.epochs(),
                    progress.examples(),
                    progress.ofExamples()));
        }
        history.warnings().forEach(html::warning);
    }

    private void addCurves(HtmlReport html) {
        if (history.epochs().isEmpty()) {
            if (!history.losses().isEmpty()) {
                html.section("Training").charts(Curves.perBatch(history.losses()));
            }
            return;
        }
        List<Chart> charts = new ArrayList<>(Curves.perEpoch(history.epochs()));
        charts.add(Curves.perBatch(history.losses()));
        charts.add(Curves.learningRate(history.epochs()));
        html.section("What the curves show");
        Findings.of(history).forEach(html::text);
        html.section("Training").charts(charts.toArray(new Chart[0]));
        html.text(
                "Training values are means over an epoch, in which the weights change and dropout, if any, is on; validation"
                        + " comes after it, without dropout.");
        List<List<String>> table = epochTable();
        html.table(table, IntStream.range(0, table.get(0).size()).boxed().toArray(Integer[]::new));
        if (!weights.isEmpty()) {
            html.section("Layers")
                    .text("Weights, and gradients of the last update, after every epoch.")
                    .charts(weights.chart("Weights"), gradients.chart("Gradients"));
        }
    }

    private List<List<String>> epochTable() {
        List<List<String>> rows = new ArrayList<>();
        List<String> values = List.copyOf(history.epochs().get(0).values().keySet());
        List<String> names = new ArrayList<>(List.of("epoch"));
        names.addAll(values);
        names.addAll(List.of("learning rate", "seconds"));
        rows.add(names);
        for (Epoch epoch : history.epochs()) {
            List<String> row = new ArrayList<>(List.of(Integer.toString(epoch.number())));
            // an epoch that was stopped was not validated
            values.forEach(name -> row.add(epoch.values().containsKey(name) ? text(epoch.value(name)) : ""));
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
        Settings used = Inside.of(training, Settings.class);
        UpdateRule rule = used.rule();
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put(
                "loss",
                used.goal().objectives().stream()
                        .map(objective -> objective.loss().getClass().getSimpleName())
                        .collect(java.util.stream.Collectors.joining(", ")));
        all.put("optimiser", rule.optimizer().toString());
        if (!rule.equals(new UpdateRule(rule.optimizer()))) {
            all.put("update", rule.toString());
        }
        all.put("batch size", Integer.toString(used.batchSize()));
        all.put("seed", Long.toString(used.seed()));
        all.put("device", training.model().device().describe());
        all.put("threads", Integer.toString(training.model().device().threads()));
        all.put("Schuss", Versions.schuss());
        all.put("Java", System.getProperty("java.runtime.version") + ", " + System.getProperty("java.vm.name"));
        all.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + System.getProperty("os.arch"));
        return all;
    }
}
