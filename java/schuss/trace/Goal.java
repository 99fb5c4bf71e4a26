package schuss.trace;

import java.util.List;
import schuss.losses.Objective;
import schuss.metrics.Watched;

/** What a network's outputs are compared by: losses to make small, and metrics to watch. */
public record Goal(List<Objective> objectives, List<Watched> metrics) {
    public Goal {
        objectives = List.copyOf(objectives);
        metrics = List.copyOf(metrics);
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

    /** How many sums there are. */
    public int totalCount() {
        return totals().metrics()
                + metrics.stream()
                        .mapToInt(watched -> watched.metric().numbers() + 1)
                        .sum();
    }
}
