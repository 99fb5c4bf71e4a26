package schuss.passes;

import java.util.List;

/**
 * What a prepared step asks of the planner.
 *
 * @param scratchBytes memory that holds nothing before or after the step
 * @param overwrites indices of inputs whose memory the first output may take over
 */
public record Needs(long scratchBytes, List<Integer> overwrites) {
    /** Neither scratch nor in-place results. */
    public static final Needs NONE = new Needs(0, List.of());

    public Needs {
        overwrites = List.copyOf(overwrites);
    }

    public static Needs scratch(long bytes) {
        return new Needs(bytes, List.of());
    }
}
