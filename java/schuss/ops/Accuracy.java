package schuss.ops;

import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * 1 for every example whose largest score is at its label, else 0; of equal scores the first counts as the largest.
 * Inputs: scores f32(batch, classes) and i32 labels, one per example. Output: f32 in the shape of the labels.
 */
public record Accuracy() implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
        boolean scores = inputs.size() == 2 && inputs.get(0).dtype() == DType.F32;
        expect(scores && inputs.get(0).shape().rank() == 2, "scores f32(batch, classes) and labels", inputs);
        expect(
                inputs.get(1).dtype() == DType.I32
                        && inputs.get(1).shape().size() == inputs.get(0).shape().dim(0),
                "one i32 label per example",
                inputs.get(1));
        return List.of(Type.f32(inputs.get(1).shape()));
    }

    @Override
    public Call call(List<Type> inputs) {
        Shape scores = inputs.get(0).shape();
        return Call.of("accuracy", "accuracy", scores.dim(0), scores.dim(1));
    }
}
