package schuss.losses;

import java.util.Arrays;
import java.util.List;
import schuss.DType;
import schuss.Shape;
import schuss.ops.CrossEntropy;
import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * How a classification loss treats integer labels: label smoothing, class weights and an ignored label. Set them with the
 * {@code with...} methods of {@link SoftmaxCrossEntropy} or {@link NegativeLogLikelihood}.
 *
 * @param smoothing the share of each target that is spread evenly over all classes, in [0, 1) (Szegedy et al. 2016)
 * @param classWeights the weight of an example of each class, in the order of the classes, finite and at least 0; empty
 *     for equal weights
 * @param ignored the label of examples that are left out of the loss, or null for none
 */
public record LabelOptions(double smoothing, List<Double> classWeights, Integer ignored) {
    /** No smoothing, equal weights, no ignored label. */
    public static final LabelOptions NONE = new LabelOptions(0, List.of(), null);

    /**
     * Creates the options; the list is copied.
     *
     * @param smoothing the share of each target that is spread evenly over all classes, in [0, 1) (Szegedy et al
     * @param classWeights the weight of an example of each class, in the order of the classes, finite and at least 0
     * @param ignored the label of examples that are left out of the loss, or null for none
     * @throws IllegalArgumentException if the smoothing is not in [0, 1), a weight is negative or not finite, or all
     *     weights are 0
     */
    public LabelOptions {
        classWeights = List.copyOf(classWeights);
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException("label smoothing: expected a share in [0, 1), got " + smoothing);
        }
        if (!classWeights.stream().allMatch(w -> w >= 0 && w <= Float.MAX_VALUE)
                || (!classWeights.isEmpty() && classWeights.stream().allMatch(w -> w == 0))) {
            throw new IllegalArgumentException(
                    "class weights: expected finite numbers of at least 0, not all 0, got " + classWeights);
        }
    }

    LabelOptions withSmoothing(double share) {
        return new LabelOptions(share, classWeights, ignored);
    }

    LabelOptions withClassWeights(double... weights) {
        return new LabelOptions(smoothing, Arrays.stream(weights).boxed().toList(), ignored);
    }

    LabelOptions withIgnored(int label) {
        return new LabelOptions(smoothing, classWeights, label);
    }

    /**
     * The losses of scores (batch, classes) for labels (batch). Axes in between are positions with a label each, such as
     * time steps or pixels: (batch, time, classes) for labels (batch, time).
     */
    Losses losses(String loss, boolean logProbabilities, Value scores, Value labels) {
        Shape shape = scores.shape();
        if (shape.rank() < 2 || !labels.shape().equals(Shape.of(Arrays.copyOf(shape.dimensions(), shape.rank() - 1)))) {
            throw new IllegalArgumentException(
                    loss + ": expected outputs (batch, ..., classes) and a label for each row, got outputs " + shape
                            + " and labels " + labels.shape()
                            + (labels.shape().rank() == 1 && shape.rank() > 2
                                    ? "; a Flatten in front of the first Dense makes one row of each example"
                                    : ""));
        }
        int classes = shape.dim(-1);
        if (!classWeights.isEmpty() && classWeights.size() != classes) {
            throw new IllegalArgumentException(loss + ": expected a weight for each of the " + classes
                    + " classes of the output, got " + classWeights.size());
        }
        Shape rows = Shape.of((int) labels.shape().size());
        Value z = scores.reshape(Shape.of(rows.dim(0), classes));
        Value t = labels.reshape(rows);
        CrossEntropy op = new CrossEntropy(logProbabilities, smoothing, ignored);
        List<Value> made = classWeights.isEmpty()
                ? Value.outputs(op, z, t)
                : Value.outputs(op, z, t, z.constant(Shape.of(classes), numbers()));
        Value terms = made.get(0).reshape(labels.shape());
        if (classWeights.isEmpty() && ignored == null) {
            return Losses.of(Loss.meanPerExample(terms));
        }
        return new Losses(
                Loss.sumPerExample(terms), Loss.sumPerExample(made.get(1).reshape(labels.shape())));
    }

    /** {@link Loss#counted}. */
    Value counted(Value labels) {
        return ignored == null || labels.shape().rank() != 1
                ? null
                : labels.map(t -> t.equal(Expression.constant(ignored)).not()).cast(DType.F32);
    }

    private double[] numbers() {
        return classWeights.stream().mapToDouble(w -> w).toArray();
    }
}
