package schuss.metrics;

import schuss.DType;
import schuss.Shape;
import schuss.ops.Value;

/** The share of examples whose largest output (batch, classes) is at their label (batch). */
public record Accuracy() implements Metric {
    @Override
    public String name() {
        return "accuracy";
    }

    @Override
    public Value forward(Value output, Value target) {
        boolean classes = output.shape().rank() == 2 && output.shape().dim(1) > 1;
        boolean labels = target.dtype() == DType.I32
                && target.shape().equals(Shape.of(output.shape().dim(0)));
        if (!classes || !labels) {
            throw new IllegalArgumentException(
                    "accuracy: expected outputs (batch, classes) of at least 2 classes and an i32 label for each example, got outputs "
                            + output.type() + " and targets " + target.type()
                            + (target.dtype() == DType.F32
                                    ? "; of outputs that answer yes or no each there is BinaryAccuracy"
                                    : ""));
        }
        return Value.of(new schuss.ops.Accuracy(), output, target);
    }
}
