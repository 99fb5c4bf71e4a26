package schuss.trace;

/**
 * Where the sums stand that a program gathers in the slot {@link Slots#TOTALS}: the number of examples, then for every
 * objective the sum of its losses and what that is divided by, then for every metric its numbers and the same.
 *
 * @param objectives how many there are
 */
public record Totals(int objectives) {
    /** The index of the number of examples. */
    public static final int EXAMPLES = 0;

    /** The index of an objective's sum of losses. */
    public int loss(int objective) {
        return 1 + 2 * objective;
    }

    /** The index of what an objective's sum is divided by. */
    public int weight(int objective) {
        return 2 + 2 * objective;
    }

    /** The index of the first metric's first number. */
    public int metrics() {
        return 1 + 2 * objectives;
    }
}
