package schuss.losses;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * The divergence of Kullback and Leibler (1951) of distributions t from the network's: sum(t * (log(t) - y)) over the last
 * axis, for networks that end in {@code LogSoftmax}: y (batch, classes) are log-probabilities. Targets are f32 of the same
 * shape, at least 0; where one is 0 it adds 0. With axes between, an example's loss is the mean over its positions.
 */
public record KullbackLeibler() implements Loss {
    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("KullbackLeibler", output, target);
        Value terms =
                output.map(target, (y, t) -> Expression.where(t, t.mul(t.log().sub(y)), Expression.constant(0)));
        return Loss.meanPerExample(terms.sum(-1));
    }

    @Override
    public OutputActivation prediction() {
        return OutputActivation.EXP;
    }
}
