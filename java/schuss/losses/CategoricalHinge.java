package schuss.losses;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * max(0, 1 + max((1 - t) * y) - sum(t * y)) over the last axis, for scores y (batch, classes) and one-hot targets t, f32 of
 * the same shape: by how much the right class's score misses a margin of 1 over the best wrong one, which counts as 0 at
 * least, as Keras defines it; without that it is the loss of Crammer and Singer (2001). With axes between, an example's
 * loss is the mean over its positions.
 */
public record CategoricalHinge() implements Loss {
    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("CategoricalHinge", output, target);
        Value right = output.mul(target).sum(-1);
        Value wrong = output.map(target, (y, t) -> y.sub(t.mul(y))).max(-1);
        return Loss.meanPerExample(
                wrong.map(right, (w, r) -> w.sub(r).add(Expression.constant(1)).relu()));
    }
}
