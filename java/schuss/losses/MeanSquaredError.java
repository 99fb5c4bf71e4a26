package schuss.losses;

import schuss.ops.Value;

/** (y - t)^2, the mean over an example's outputs. */
public record MeanSquaredError() implements Loss {
    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("MeanSquaredError", output, target);
        return Loss.meanPerExample(output.map(target, (y, t) -> y.sub(t).square()));
    }
}
