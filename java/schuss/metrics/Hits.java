package schuss.metrics;

import java.util.stream.IntStream;
import schuss.DType;
import schuss.Shape;
import schuss.ops.Expression;
import schuss.ops.Pointwise;
import schuss.ops.Value;

/** Which classes examples are of and are taken for, as ones and zeros. */
final class Hits {
    /** Numbers for each class: whether an example is a hit, taken for it, labelled so. */
    static final int PARTS = 3;

    private static final double HALF = 0.5;

    private Hits() {}

    /** (batch, 3 classes): all classes' hits, then what was taken for each, then what each example is. */
    static Value of(String metric, double threshold, Value output, Value target) {
        Value labelled = labelled(metric, output, target);
        Value taken = isOfClasses(output, target)
                ? taken(output)
                : rows(output)
                        .map(z -> z.greater(Expression.constant(threshold)))
                        .cast(DType.F32);
        return Value.concat(1, labelled.mul(taken), taken, labelled);
    }

    /** Whether outputs are scores of classes (batch, classes), of which each example is one; else each says yes or no. */
    static boolean isOfClasses(Value output, Value target) {
        return target.dtype() == DType.I32
                && output.shape().rank() == 2
                && output.shape().dim(1) > 1
                && target.shape().equals(Shape.of(output.shape().dim(0)));
    }

    /** (batch, classes) or (batch, labels): 1 where an example is of a class or has a label. */
    static Value labelled(String metric, Value output, Value target) {
        if (isOfClasses(output, target)) {
            Value label = target.cast(DType.F32).reshape(Shape.of(output.shape().dim(0), 1));
            return numbers(output).equal(label).cast(DType.F32);
        }
        if (!output.type().equals(target.type())) {
            throw new IllegalArgumentException(
                    metric + ": expected outputs (batch, classes) of at least 2 classes with an"
                            + " i32 label for each example, or targets 0 and 1 of the outputs' type and shape, got outputs "
                            + output.type() + " and targets " + target.type());
        }
        return rows(target).map(t -> t.greater(Expression.constant(HALF))).cast(DType.F32);
    }

    /** (batch, labels) of outputs that may have more axes. */
    static Value rows(Value x) {
        int batch = x.shape().dim(0);
        return x.reshape(Shape.of(batch, Math.toIntExact(x.shape().size() / batch)));
    }

    private static Value numbers(Value output) {
        int classes = output.shape().dim(1);
        return output.constant(
                Shape.of(classes), IntStream.range(0, classes).asDoubleStream().toArray());
    }

    /** 1 at the first of an example's largest outputs; nowhere, where one is NaN. */
    private static Value taken(Value output) {
        Shape column = Shape.of(output.shape().dim(0), 1);
        int classes = output.shape().dim(1);
        Value number = numbers(output);
        Expression numberOfLargest = Expression.where(
                Expression.input(0).equal(Expression.input(1)), Expression.input(2), Expression.constant(classes));
        Value first = Value.of(
                        new Pointwise(numberOfLargest, 3), output, output.max(1).reshape(column), number)
                .min(1)
                .reshape(column);
        return number.equal(first).cast(DType.F32);
    }
}
