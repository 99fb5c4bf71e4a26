package schuss.losses;

import schuss.ops.Value;

/** |y - t|, the mean over an example's outputs; its slope where they are equal is 0. */
public record MeanAbsoluteError() implements Loss {
    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("MeanAbsoluteError", output, target);
        return Loss.meanPerExample(output.map(target, (y, t) -> y.sub(t).abs()));
    }
}
