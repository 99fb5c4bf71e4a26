package schuss.losses;

import schuss.layers.Network;

/**
 * One of the losses of a model, with the output and the target that it compares. A model with several outputs can have
 * several objectives; the loss that training minimises is {@code sum(weight * loss)}.
 *
 * <pre>{@code
 * new Objective("price", "price", new MeanSquaredError(), 0.5)
 * }</pre>
 *
 * @param output the name of the network's output
 * @param target the name of the target in the data set
 * @param loss how both are compared
 * @param weight the factor of this loss in the sum, finite and above 0
 */
public record Objective(String output, String target, Loss loss, double weight) {
    /** The name of the target where there is only one. */
    public static final String TARGET = "target";

    /**
     * Creates an objective.
     *
     * @param output the name of the network's output
     * @param target the name of the target in the data set
     * @param loss how both are compared
     * @param weight the factor of this loss in the sum, finite and above 0
     * @throws IllegalArgumentException if the weight is not finite and above 0
     */
    public Objective {
        if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "loss of \"" + output + "\": expected a finite weight above 0, got " + weight);
        }
    }

    /**
     * {@return the objective of a network with one output, with weight 1}
     *
     * @param loss how the output is compared with the target
     */
    public static Objective of(Loss loss) {
        return new Objective(Network.OUTPUT, TARGET, loss, 1);
    }
}
