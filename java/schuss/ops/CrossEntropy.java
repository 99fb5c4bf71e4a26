package schuss.ops;

import java.util.Arrays;
import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * Softmax cross-entropy of logits z (batch, classes) against integer labels t (batch): loss = log(sum(exp(z))) - z[t],
 * one number per example. The second output, log(sum(exp(z))), is what the gradient needs of the forward pass.
 *
 * <p>Gradient: dz = (exp(z - logSumExp) - onehot(t)) * dLoss. A label outside 0..classes-1 gives NaN.
 */
public record CrossEntropy() implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == 2, "logits and labels", inputs.size() + " inputs");
        Type logits = inputs.get(0);
        Type labels = inputs.get(1);
        expect(logits.shape().rank() == 2 && logits.dtype() == DType.F32, "logits f32(batch, classes)", logits);
        Shape rows = Shape.of(logits.shape().dim(0));
        expect(labels.equals(new Type(DType.I32, rows)), "labels " + new Type(DType.I32, rows), labels);
        return List.of(Type.f32(rows), Type.f32(rows));
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        if (dy[0] == null || dy[1] != null) {
            throw new IllegalStateException("CrossEntropy: expected a gradient of the loss only");
        }
        return Arrays.asList(Value.of(new Gradient(), x[0], x[1], y[1], dy[0]), null);
    }

    /** dLogits of logits, labels, logSumExp and dLoss. */
    public record Gradient() implements Op {
        @Override
        public String name() {
            return "CrossEntropyGradient";
        }

        @Override
        public List<Type> infer(List<Type> inputs) {
            expect(inputs.size() == 4, "logits, labels, logSumExp, dLoss", inputs.size() + " inputs");
            Shape rows = Shape.of(inputs.get(0).shape().dim(0));
            expect(
                    inputs.get(2).shape().equals(rows) && inputs.get(3).shape().equals(rows),
                    "one number per example, " + rows,
                    inputs.get(2) + " and " + inputs.get(3));
            return List.of(inputs.get(0));
        }
    }
}
