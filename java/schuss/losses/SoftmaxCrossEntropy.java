package schuss.losses;

import schuss.DType;
import schuss.ops.CrossEntropy;
import schuss.ops.Value;

/**
 * Cross-entropy of softmax(z) against integer labels t: log(sum(exp(z))) - z[t], computed from logits z (batch, classes)
 * without overflow. Labels are i32 (batch), 0 to classes - 1.
 */
public record SoftmaxCrossEntropy() implements Loss {
    @Override
    public Value forward(Value output, Value target) {
        return Value.outputs(new CrossEntropy(), output, target).get(0);
    }

    @Override
    public DType targetType() {
        return DType.I32;
    }

    @Override
    public Prediction prediction() {
        return Prediction.SOFTMAX;
    }
}
