package schuss.trace;

import java.util.List;
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

    /** {@return the number of sums of losses and metrics} */
    public int totalCount() {
        return totals().metrics()
                + metrics.stream()
                        .mapToInt(watched -> watched.metric().numbers() + 1)
                        .sum();
    }
}
