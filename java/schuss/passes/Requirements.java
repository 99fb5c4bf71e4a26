package schuss.passes;

import java.util.List;
import java.util.Map;

/**
 * What the kernel of a step needs from the memory planner.
 *
 * @param scratchBytes temporary memory during the step; its content before and after does not matter
 * @param overwrites the indices of inputs whose memory the first output may take over
 * @param saved the size in bytes of outputs, by index, whose content only the backend knows: what a step saves for its
 *     gradient, which reads such an output ({@link schuss.ops.Type#SAVED}). At least the size of the output's type
 */
public record Requirements(long scratchBytes, List<Integer> overwrites, Map<Integer, Long> saved) {
    /** No scratch memory and no results in place. */
    public static final Requirements NONE = new Requirements(0, List.of());

    /**
     * Creates the record; the collections are copied.
     *
     * @param scratchBytes temporary memory during the step; its content before and after does not matter
     * @param overwrites the indices of inputs whose memory the first output may take over
     * @param saved the size in bytes of outputs, by index, whose content only the backend knows: what a step saves for
     *     its gradient, which reads such an output ({@link schuss.ops.Type#SAVED}). At least the size of the output's
     *     type
     */
    public Requirements {
        overwrites = List.copyOf(overwrites);
        saved = Map.copyOf(saved);
    }

    /**
     * Without outputs whose size the backend chooses.
     *
     * @param scratchBytes temporary memory during the step
     * @param overwrites the indices of inputs whose memory the first output may take over
     */
    public Requirements(long scratchBytes, List<Integer> overwrites) {
        this(scratchBytes, overwrites, Map.of());
    }

    /**
     * {@return scratch memory only}
     *
     * @param bytes its size
     */
    public static Requirements scratch(long bytes) {
        return new Requirements(bytes, List.of());
    }

    /**
     * {@return the same with an output whose size the backend chooses}
     *
     * @param output its index
     * @param bytes its size
     */
    public Requirements saving(int output, long bytes) {
        return new Requirements(scratchBytes, overwrites, Map.of(output, bytes));
    }
}
