package schuss.losses;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * The Kullback-Leibler divergence of target distributions t from the distributions that the network gives: {@code sum(t *
 * (log(t) - y))} over the last axis. Outputs y are log probabilities, so the network ends in {@code LogSoftmax}; targets
 * are probabilities. Both are (batch, classes) and f32, and targets are at least 0; a target of 0 adds 0. With axes in
 * between, the loss of an example is the mean over its positions.
 *
 * <p>Source: Kullback and Leibler, On Information and Sufficiency (1951).
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
