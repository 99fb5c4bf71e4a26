package schuss.trace;

/**
 * The positions of the sums in the slot {@link Slots#TOTALS}. First comes the number of examples, then for every
 * objective the sum of its losses and the sum to divide it by, then for every metric its numbers and the sum to divide
 * them by.
 *
 * @param objectives the number of objectives
 */
public record Totals(int objectives) {
    /** The index of the number of examples. */
    public static final int EXAMPLES = 0;

    /**
     * {@return the index of an objective's sum of losses}
     *
     * @param objective its number, from 0
     */
    public int loss(int objective) {
        return 1 + 2 * objective;
    }

    /**
     * {@return the index of the sum that an objective's sum of losses is divided by}
     *
     * @param objective its number, from 0
     */
    public int weight(int objective) {
        return 2 + 2 * objective;
    }

    /** {@return the index of the first metric's first number} */
    public int metrics() {
        return 1 + 2 * objectives;
    }
}
