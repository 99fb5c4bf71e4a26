package schuss.metrics;

import schuss.ops.Value;

/** A number to watch: one or several per example, composed of ops and averaged over an epoch on the device. */
public interface Metric {
    /** The name in histories and reports, like {@code accuracy}. */
    String name();

    /** The numbers of a network's outputs against their targets: (batch), or (batch, {@link #numbers}) where several. */
    Value forward(Value output, Value target);

    /** How many numbers there are per example. */
    default int numbers() {
        return 1;
    }

    /** The metric of all examples, from the means of their numbers. */
    default double result(double... means) {
        return means[0];
    }

    /** Whether more is better, as of an accuracy; less is better of an error. */
    default boolean isHigherBetter() {
        return true;
    }
}
