package schuss.losses;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * The losses of a batch before their mean is taken. The mean, of a batch and of an epoch, is {@code sum(terms) /
 * sum(weights)}.
 *
 * @param terms (batch): the loss of each example, multiplied by its weight
 * @param weights (batch): the weight of each example, or null where all weights are 1
 */
public record Losses(Value terms, Value weights) {
    /**
     * {@return losses of equal weight}
     *
     * @param terms the loss of each example, (batch)
     */
    public static Losses of(Value terms) {
        return new Losses(terms, null);
    }

    /**
     * {@return these losses with each example multiplied by one more weight; a weight of 2 is as if the example were in
     * the batch twice}
     *
     * @param exampleWeights the weights, (batch)
     */
    public Losses weighted(Value exampleWeights) {
        return new Losses(terms.mul(exampleWeights), weights == null ? exampleWeights : weights.mul(exampleWeights));
    }

    /**
     * {@return these losses with a term added to the loss of each example, multiplied by the example's weight}
     *
     * @param more the terms, (batch)
     */
    public Losses plus(Value more) {
        return new Losses(terms.add(weights == null ? more : more.mul(weights)), weights);
    }

    /** {@return the scalar {@code sum(terms) / sum(weights)}; 0 where all weights are 0} */
    public Value mean() {
        return weights == null ? terms.mean() : terms.sum().map(weights.sum(), Losses::quotient);
    }

    private static Expression quotient(Expression sum, Expression weight) {
        return sum.div(Expression.where(weight, weight, Expression.constant(1)));
    }
}
