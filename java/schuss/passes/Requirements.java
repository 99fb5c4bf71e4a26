package schuss.passes;

import java.util.List;
import java.util.Map;

/**
 * What a prepared step asks of the planner.
 *
 * @param scratchBytes memory that holds nothing before or after the step
 * @param overwrites indices of inputs whose memory the first output may take over
 * @param saved bytes of outputs, by index, of which only the backend knows what they hold: what a step saves for its
 *     gradient, which takes such an output ({@link schuss.ops.Type#SAVED}) as an input. No less than its type has
 */
public record Requirements(long scratchBytes, List<Integer> overwrites, Map<Integer, Long> saved) {
    /** Neither scratch nor in-place results. */
    public static final Requirements NONE = new Requirements(0, List.of());

    public Requirements {
        overwrites = List.copyOf(overwrites);
        saved = Map.copyOf(saved);
    }

    public Requirements(long scratchBytes, List<Integer> overwrites) {
        this(scratchBytes, overwrites, Map.of());
    }

    public static Requirements scratch(long bytes) {
        return new Requirements(bytes, List.of());
    }

    /** The same with an output of so many bytes. */
    public Requirements saving(int output, long bytes) {
        return new Requirements(scratchBytes, overwrites, Map.of(output, bytes));
    }
}
