package schuss.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import schuss.Model;
import schuss.data.Dataset;
import schuss.data.table.Table;

/** Adds up how well models do on test data, over several models and parts of the data. */
public final class Scores {
    static final int PART = 1024; // examples at a time

    private final boolean classes;
    private long examples;
    private long errors;
    private double squaredErrors;
    private double mean; // of the targets
    private double squares; // of their differences from the mean

    Scores(boolean classes) {
        this.classes = classes;
    }

    /** Of classes, already counted. */
    static Scores counted(long examples, long errors) {
        Scores scores = new Scores(true);
        scores.examples = examples;
        scores.errors = errors;
        return scores;
    }

    /** The predictions of a table's rows; numbers are compared in the file's own unit, in double precision. */
    void add(Model model, Table table) {
        Dataset data = table.dataset();
        float[] outputs = model.predict(data);
        int each = outputs.length / data.size();
        for (int i = 0; i < data.size(); i++) {
            if (classes) {
                examples++;
                errors += largest(outputs, i * each, each) == table.target(i) ? 0 : 1;
            } else {
                add(table.schema().prediction(outputs[i]), table.target(i));
            }
        }
    }

    private void add(double output, double target) {
        examples++;
        squaredErrors += (output - target) * (output - target);
        double difference = target - mean;
        mean += difference / examples;
        squares += difference * (target - mean);
    }

    /** The place of the largest of so many numbers, the first of equals. */
    static int largest(float[] values, int from, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            best = values[from + i] > values[from + best] ? i : best;
        }
        return best;
    }

    /** The result line, like {@code validation accuracy 0.9722 (1 errors in 36)}. */
    String line(String what) {
        if (classes) {
            return String.format(Locale.ROOT, "%s accuracy %.4f (%d errors in %d)", what, accuracy(), errors, examples);
        }
        return String.format(Locale.ROOT, "%s rmse %.4f (r2 %.3f, %d rows)", what, error(), explained(), examples);
    }

    /** The same figures by name; null for one that does not exist. */
    public Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        if (classes) {
            figures.put("accuracy", accuracy());
            figures.put("errors", errors);
        } else {
            figures.put("rmse", error());
            figures.put("r2", explained());
        }
        figures.put("examples", examples);
        return figures;
    }

    private double accuracy() {
        return 1 - errors / (double) examples;
    }

    private double error() {
        return Math.sqrt(squaredErrors / examples);
    }

    /** The share of the variance; NaN where there is none. */
    private double explained() {
        return squares > 0 ? 1 - squaredErrors / squares : Double.NaN;
    }
}
