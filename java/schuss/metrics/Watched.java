package schuss.metrics;

import schuss.layers.Network;
import schuss.losses.Objective;

/**
 * A metric and what it compares.
 *
 * @param name in histories and reports
 * @param output the name of the network's output
 * @param target the name of the data's field that it is compared with
 */
public record Watched(String name, String output, String target, Metric metric) {
    /** A metric of a network's only output. */
    public static Watched of(Metric metric) {
        return new Watched(metric.name(), Network.OUTPUT, Objective.TARGET, metric);
    }
}
