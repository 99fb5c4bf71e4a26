package schuss.losses;

import schuss.ops.Value;

/**
 * The squared hinge loss: {@code max(0, 1 - t y)^2} for targets t of -1 and +1, averaged over the outputs of an example.
 * Unlike {@link Hinge} it is smooth and punishes large violations of the margin more. Outputs and targets have the same
 * shape (batch, ...) and type f32.
 */
public record SquaredHinge() implements Loss {
    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("SquaredHinge", output, target);
        return Loss.meanPerExample(
                output.map(target, (y, t) -> Hinge.margin(y, t).square()));
    }
}
