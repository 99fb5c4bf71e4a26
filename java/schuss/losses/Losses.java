package schuss.losses;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * A batch's losses before their mean is taken, which is sum(terms) / sum(weights), over a batch as over an epoch.
 *
 * @param terms (batch): what each example adds to the sum, its weight multiplied in
 * @param weights (batch): what each example adds to what the sum is divided by; null where every one counts 1
 */
public record Losses(Value terms, Value weights) {
    /** One loss per example, every one of which counts alike. */
    public static Losses of(Value terms) {
        return new Losses(terms, null);
    }

    /** The same with each example counted so often: a weight of 2 is as if it were in the batch twice. */
    public Losses weighted(Value exampleWeights) {
        return new Losses(terms.mul(exampleWeights), weights == null ? exampleWeights : weights.mul(exampleWeights));
    }

    /** The same with one more loss per example, which counts as often as the example does. */
    public Losses plus(Value more) {
        return new Losses(terms.add(weights == null ? more : more.mul(weights)), weights);
    }

    /** sum(terms) / sum(weights); 0 where the weights are all 0. */
    public Value mean() {
        return weights == null ? terms.mean() : terms.sum().map(weights.sum(), Losses::quotient);
    }

    private static Expression quotient(Expression sum, Expression weight) {
        return sum.div(Expression.where(weight, weight, Expression.constant(1)));
    }
}
