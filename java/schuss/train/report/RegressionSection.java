package schuss.train.report;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import schuss.DType;
import schuss.Model;
import schuss.data.Dataset;
import schuss.data.ExampleReader;
import schuss.report.Chart;
import schuss.report.HtmlReport;

/** The section of a report that compares predicted numbers with their targets. */
final class RegressionSection {
    private static final int MOST_POINTS = 2000;
    private static final int BATCH = 256;

    private final double[] targets;
    private final double[] predicted;

    /** @param unit turns outputs and targets into numbers of the reader's unit */
    RegressionSection(Model model, Dataset data, DoubleUnaryOperator unit) {
        targets = new double[data.size()];
        predicted = new double[data.size()];
        ExampleReader reader = new ExampleReader(data);
        int size = Math.toIntExact(data.input().shape().size());
        for (int from = 0; from < data.size(); from += BATCH) {
            float[] inputs = new float[Math.min(BATCH, data.size() - from) * size];
            for (int row = 0; row < inputs.length / size; row++) {
                reader.read(from + row);
                System.arraycopy(reader.inputs(), 0, inputs, row * size, size);
                targets[from + row] = unit.applyAsDouble(reader.targets()[0]);
            }
            float[] outputs = model.predict(inputs);
            for (int row = 0; row < outputs.length; row++) {
                predicted[from + row] = unit.applyAsDouble(outputs[row]);
            }
        }
    }

    /** Whether a model predicts one number of numbers. */
    static boolean canTell(Model model, Dataset data) {
        return data.classes() == 0
                && model.outputSize() == 1
                && data.target().shape().size() == 1
                && data.input().dtype() == DType.F32;
    }

    void addTo(HtmlReport html) {
        double mean = Arrays.stream(targets).average().orElse(0);
        double squares = 0;
        double absolute = 0;
        double spread = 0;
        for (int i = 0; i < targets.length; i++) {
            double error = predicted[i] - targets[i];
            squares += error * error;
            absolute += Math.abs(error);
            spread += (targets[i] - mean) * (targets[i] - mean);
        }
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("root mean square error", text(Math.sqrt(squares / targets.length)));
        facts.put("mean absolute error", text(absolute / targets.length));
        facts.put(
                "always predicting the mean errs by", text(Math.sqrt(spread / targets.length)) + ", root mean square");
        facts.put("r squared", spread > 0 ? text(1 - squares / spread) : "none: all targets are equal");
        html.section("Predictions").facts(facts).charts(chart());
    }

    private Chart chart() {
        int shown = Math.min(MOST_POINTS, targets.length);
        double[] ends = {
            Arrays.stream(targets).min().orElse(0), Arrays.stream(targets).max().orElse(0)
        };
        return new Chart(
                "Predicted and true" + (shown < targets.length ? ", the first " + shown + " examples" : ""),
                "true",
                "predicted",
                List.of(
                        Chart.Series.points("examples", Arrays.copyOf(targets, shown), Arrays.copyOf(predicted, shown)),
                        new Chart.Series("equal", ends, ends)));
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
