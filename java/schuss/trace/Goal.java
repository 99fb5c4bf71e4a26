package schuss.trace;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import schuss.Shape;
import schuss.Spec;
import schuss.losses.Objective;
import schuss.metrics.Watched;

/** What a network's outputs are compared by: losses to make small, and metrics to watch. */
public record Goal(List<Objective> objectives, List<Watched> metrics) {
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

    /** The name of the only target that losses compare with; null where there are several. */
    public String onlyTarget() {
        List<String> names =
                objectives.stream().map(Objective::target).distinct().toList();
        return names.size() == 1 ? names.get(0) : null;
    }

    /** Where the sums of losses and metrics stand. */
    public Totals totals() {
        return new Totals(objectives.size());
    }

    /**
     * How many numbers each metric has.
     *
     * @param outputs of the network for one example, by name
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
