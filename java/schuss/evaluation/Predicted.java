package schuss.evaluation;

import java.util.Arrays;
import schuss.DType;
import schuss.Model;
import schuss.data.Dataset;
import schuss.data.ExampleReader;
import schuss.train.loop.Settings;

/**
 * The predictions of a model for labelled examples, one element per example in each array.
 *
 * @param labels the true classes
 * @param predictions the predicted classes: that with the largest score, the first of equals
 * @param taken the scores of the predicted classes
 * @param right the scores of the true classes; NaN for a label that is no class
 * @param classes the number of classes
 * @param scores all scores, (examples, classes); null if they are more than 16 million
 */
public record Predicted(
        int[] labels, int[] predictions, double[] taken, double[] right, int classes, double[][] scores) {
    /** More scores than these are not kept: they would take more memory than a model. */
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

    /**
     * {@return predictions from scores that were computed elsewhere}
     *
     * @param labels the class of each example, from 0
     * @param scores (examples, classes)
     */
    public static Predicted of(int[] labels, double[][] scores) {
        Predicted all = new Predicted(labels, scores[0].length);
        for (int i = 0; i < labels.length; i++) {
            all.put(i, scores[i]);
        }
        return all;
    }

    /**
     * Predicts all examples. A model with a single output gives the probability of the second of two classes.
     *
     * @param model a classifier
     * @param data labelled examples
     * @return the predictions
     * @throws IllegalArgumentException if the data does not fit the model, or its targets are not labels
     */
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

    /**
     * {@return how much higher the predicted class was scored than the true one: 0 for a correct prediction, large for
     * a confident mistake}
     *
     * @param example the index of the example
     */
    public double margin(int example) {
        return taken[example] - right[example];
    }
}
