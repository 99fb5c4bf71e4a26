package schuss.losses;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * The hinge loss for several classes: the score of the right class should exceed the best other score by at least 1.
 * Outputs y are scores and targets t one-hot rows, both (batch, classes) and f32. Over the last axis it is
 *
 * <pre>{@code
 * max(0, 1 + max((1 - t) * y) - sum(t * y))
 * }</pre>
 *
 * <p>As in Keras, the best wrong score counts as at least 0; without that it is the loss of Crammer and Singer (2001).
 * With axes in between, (batch, ..., classes), the loss of an example is the mean over its positions. {@link
 * schuss.data.Dataset#oneHot()} makes the targets.
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
