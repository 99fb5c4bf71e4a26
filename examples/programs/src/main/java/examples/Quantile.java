package examples;

import schuss.losses.Loss;
import schuss.ops.Value;

// snippet: loss
/**
 * The loss whose least mean is a quantile, not the mean: q * e where the error e = target - output is above 0, (q - 1) * e
 * where it is below. Source: Koenker and Bassett, Regression Quantiles (1978).
 */
public record Quantile(double q) implements Loss {
    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("Quantile", output, target);
        return Loss.meanPerExample(target.sub(output).map(e -> e.mul(q).max(e.mul(q - 1))));
    }
}
// end
