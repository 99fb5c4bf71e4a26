package schuss.trace;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import schuss.Shape;
import schuss.Spec;
import schuss.losses.Objective;
import schuss.metrics.Watched;

/**
 * What the outputs of a network are compared with: losses to minimise, and metrics to watch.
 *
 * @param objectives losses, each with the output and the target it compares
 * @param metrics metrics, each with the output and the target it compares
 */
public record Goal(List<Objective> objectives, List<Watched> metrics) {
    /**
     * Creates the record; the lists are copied.
     *
     * @param objectives losses, each with the output and the target it compares
     * @param metrics metrics, each with the output and the target it compares
     */
    public Goal {
        objectives = List.copyOf(objectives);
        metrics = List.copyOf(metrics);
        Set<String> names = new HashSet<>(Set.of(Trace.LOSS));
        metrics.forEach(watched -> {
            if (!names.add(watched.name())) { // one would hide the other in histories
                throw new IllegalArgumentException("metrics: expected different names, got \"" + watched.name()
                        + "\" twice: new Watched gives one another name");
            }
        });
    }

    /** {@return the name of the target that all losses compare with; null if there are several} */
    public String onlyTarget() {
        List<String> names =
                objectives.stream().map(Objective::target).distinct().toList();
        return names.size() == 1 ? names.get(0) : null;
    }

    /** {@return the positions of the sums of losses and metrics} */
    public Totals totals() {
        return new Totals(objectives.size());
    }

    /**
     * {@return how many sums each metric needs, in order}
     *
     * @param outputs the outputs of the network for one example
     */
    public int[] numbers(List<Spec> outputs) {
        return metrics.stream()
                .mapToInt(watched -> watched.metric().numbers(outputOf(watched, outputs)))
                .toArray();
    }

    private static Shape outputOf(Watched watched, List<Spec> outputs) {
        return outputs.stream()
                .filter(output -> output.name().equals(watched.output()))
                .findFirst()
                .map(Spec::shape)
                .orElseThrow(() -> new IllegalArgumentException("metric " + watched.name() + ": expected an output of "
                        + outputs.stream().map(Spec::name).toList() + ", got \"" + watched.output() + "\""));
    }
}
