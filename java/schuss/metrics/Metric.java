package schuss.metrics;

import schuss.ops.Value;

/** A number to watch: one per example, composed of ops, averaged over an epoch. */
public interface Metric {
    /** The name in histories and reports, like {@code accuracy}. */
    String name();

    /** The numbers (batch) of a network's outputs against their targets. */
    Value forward(Value output, Value target);
}
