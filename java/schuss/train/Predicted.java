package schuss.train;

import java.util.Arrays;
import schuss.DType;
import schuss.Model;
import schuss.data.Dataset;
import schuss.data.ExampleReader;

/**
 * What a model makes of labelled examples.
 *
 * @param labels what each is
 * @param scores (examples, classes): the largest of an example, the first of equals, is its prediction
 */
record Predicted(int[] labels, double[][] scores) {
    private static final int BATCH = 256;

    /** Predicts all examples; a model of one output puts out the probability of the second of two classes. */
    static Predicted of(Model model, Dataset data) {
        Settings.check(model, data);
        if (data.target().shape().size() != 1) {
            throw new IllegalArgumentException("ClassificationReport: expected one label per example, got targets of "
                    + data.target().shape());
        }
        int outputs = model.outputSize();
        int classes = Math.max(outputs, 2);
        int[] labels = new int[data.size()];
        double[][] scores = new double[data.size()][classes];
        for (int from = 0; from < data.size(); from += BATCH) {
            int count = Math.min(BATCH, data.size() - from);
            float[] predicted = predict(model, data, from, count, labels);
            for (int row = 0; row < count; row++) {
                for (int k = 0; k < outputs; k++) {
                    scores[from + row][classes - outputs + k] = predicted[row * outputs + k];
                }
                if (outputs == 1) {
                    scores[from + row][0] = 1 - predicted[row];
                }
            }
        }
        return new Predicted(labels, scores);
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

    /** What an example was taken for. */
    int prediction(int example) {
        int best = 0;
        for (int i = 1; i < scores[example].length; i++) {
            best = scores[example][i] > scores[example][best] ? i : best;
        }
        return best;
    }

    /** How much higher the prediction was scored than the label. */
    double margin(int example) {
        return scores[example][prediction(example)] - scores[example][labels[example]];
    }
}
