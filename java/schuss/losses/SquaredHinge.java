package schuss.losses;

import schuss.ops.Value;

/** max(0, 1 - t y)^2 for targets t of -1 and +1, the mean over an example's outputs. */
public record SquaredHinge() implements Loss {
    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("SquaredHinge", output, target);
        return Loss.meanPerExample(
                output.map(target, (y, t) -> Hinge.margin(y, t).square()));
    }
}
