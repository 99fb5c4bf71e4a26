package schuss.program;

/**
 * A place outside the arena with a fixed address, which outlives a run.
 *
 * @param kind which memory it lies in
 * @param index which of several: the optimiser's state, the input or the target
 * @param path the parameter's path, or an empty string for the whole memory
 */
public record Variable(Kind kind, int index, String path) {
    /** The memories that variables lie in; the first three share one layout. */
    public enum Kind {
        PARAMETERS,
        GRADIENTS,
        /** What the optimiser keeps for every parameter. */
        STATE,
        /** What a model keeps beside its parameters, such as running means; a layout of its own. */
        MODEL_STATE,
        /** One byte per 64 elements of the layout: the group whose coefficients apply. */
        GROUPS,
        /** What the optimiser's formula needs and changes between steps, per group. */
        COEFFICIENTS,
        /** Seed and step, from which dropout draws. */
        RANDOM,
        /** Raised when a loss or gradient was not finite. */
        FLAG,
        /** Sums of losses and metrics, in double. */
        TOTALS,
        INPUT,
        TARGET,
        /** What each example of the batch counts in the loss. */
        EXAMPLE_WEIGHTS
    }

    static Variable whole(Kind kind) {
        return new Variable(kind, 0, "");
    }

    @Override
    public String toString() {
        boolean several = kind == Kind.STATE || kind == Kind.INPUT || kind == Kind.TARGET;
        return kind.name().toLowerCase(java.util.Locale.ROOT)
                + (several ? "[" + index + "]" : "")
                + (path.isEmpty() ? "" : " " + path);
    }
}
