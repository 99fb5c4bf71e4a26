package schuss.metrics;

import schuss.Shape;
import schuss.ops.Value;

/**
 * A number to watch: one or several per example, composed of ops and averaged over an epoch on the device. What is no mean
 * over examples follows from means of several numbers, like F1 from those of hits and misses: an epoch's is made of the
 * epoch's means, not of its batches' results.
 */
public interface Metric {
    /** The name in histories and reports, like {@code accuracy}. */
    String name();

    /** The numbers of a network's outputs against their targets: (batch), or (batch, {@link #numbers numbers}) where several. */
    Value forward(Value output, Value target);

    /**
     * How many numbers there are per example.
     *
     * @param output the shape of one example's output, without the batch: a metric may have some numbers for each class
     */
    default int numbers(Shape output) {
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
