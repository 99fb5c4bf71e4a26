package schuss.losses;

import schuss.layers.Network;

/**
 * One of the losses that training makes small, and what it compares. A model of one output has one; of several outputs
 * each may have its own, and the loss of all is sum(weight * loss).
 *
 * @param output the name of the network's output
 * @param target the name of the data's field that it is compared with
 * @param weight what the loss counts beside the others, above 0
 */
public record Objective(String output, String target, Loss loss, double weight) {
    /** The name of the target, where there is one. */
    public static final String TARGET = "target";

    public Objective {
        if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "loss of \"" + output + "\": expected a finite weight above 0, got " + weight);
        }
    }

    /** The loss of a network's only output. */
    public static Objective of(Loss loss) {
        return new Objective(Network.OUTPUT, TARGET, loss, 1);
    }
}
