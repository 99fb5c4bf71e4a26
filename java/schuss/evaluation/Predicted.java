package schuss.evaluation;

import java.util.Arrays;
import schuss.DType;
import schuss.Model;
import schuss.data.Dataset;
import schuss.data.ExampleReader;
import schuss.train.loop.Settings;

/**
 * What a model makes of labelled examples.
 *
 * @param labels what each is
 * @param predictions what each was taken for: the class of its largest score, the first of equals
 * @param taken the scores of what they were taken for
 * @param right the scores of what they are
 * @param scores (examples, classes); null where they are too many to keep
 */
public record Predicted(
        int[] labels, int[] predictions, double[] taken, double[] right, int classes, double[][] scores) {
    /** More scores are not kept: they would take more memory than a model. */
    static final int MOST_SCORES = 1 << 24;

    private static final int BATCH = 256;

    private Predicted(int[] labels, int classes) {
        this(
                labels,
                new int[labels.length],
                new double[labels.length],
                new double[labels.length],
                classes,
                (long) labels.length * classes <= MOST_SCORES ? new double[labels.length][] : null);
    }

    /** Of scores that are there already. */
    public static Predicted of(int[] labels, double[][] scores) {
        Predicted all = new Predicted(labels, scores[0].length);
        for (int i = 0; i < labels.length; i++) {
            all.put(i, scores[i]);
        }
        return all;
    }

    /** Predicts all examples; a model of one output puts out the probability of the second of two classes. */
    public static Predicted of(Model model, Dataset data) {
        Settings.check(model, data);
        if (data.target().shape().size() != 1) {
            throw new IllegalArgumentException("ClassificationReport: expected one label per example, got targets of "
                    + data.target().shape());
        }
        int outputs = model.outputSize();
        int classes = Math.max(outputs, 2);
        Predicted all = new Predicted(new int[data.size()], classes);
        for (int from = 0; from < data.size(); from += BATCH) {
            int count = Math.min(BATCH, data.size() - from);
            float[] predicted = predict(model, data, from, count, all.labels);
            for (int row = 0; row < count; row++) {
                double[] scores = new double[classes];
                for (int k = 0; k < outputs; k++) {
                    scores[classes - outputs + k] = predicted[row * outputs + k];
                }
                if (outputs == 1) {
                    scores[0] = 1 - predicted[row];
                }
                all.put(from + row, scores);
            }
        }
        return all;
    }

    private void put(int example, double... ofClasses) {
        int best = 0;
        for (int i = 1; i < ofClasses.length; i++) {
            best = ofClasses[i] > ofClasses[best] ? i : best;
        }
        predictions[example] = best;
        taken[example] = ofClasses[best];
        boolean known = labels[example] >= 0 && labels[example] < ofClasses.length;
        right[example] = known ? ofClasses[labels[example]] : Double.NaN;
        if (scores != null) {
            scores[example] = ofClasses;
        }
    }

    private static float[] predict(Model model, Dataset data, int from, int count, int[] labels) {
        ExampleReader reader = new ExampleReader(data);
        int size = Math.toIntExact(data.input().shape().size());
        float[] inputs = new float[count * size];
        for (int row = 0; row < count; row++) {
            reader.read(from + row);
            System.arraycopy(reader.inputs(), 0, inputs, row * size, size);
            labels[from + row] = label(reader.targets()[0], from + row);
        }
        if (data.input().dtype() != DType.I32) {
            return model.predict(inputs);
        }
        int[] indices = new int[inputs.length];
        Arrays.setAll(indices, i -> (int) inputs[i]); // exact below 2^24, more than a table of words has rows
        return model.predict(indices);
    }

    private static int label(float target, int example) {
        if (target != (int) target) {
            throw new IllegalArgumentException(
                    "ClassificationReport: target of example " + example + ": expected a label, got " + target);
        }
        return (int) target;
    }

    /** How much higher the prediction was scored than the label. */
    public double margin(int example) {
        return taken[example] - right[example];
    }
}
