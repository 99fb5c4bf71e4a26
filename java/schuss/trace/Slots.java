package schuss.trace;

/** The names of the slots that traced programs use. */
public final class Slots {
    /** The trained parameters. */
    public static final String PARAMETERS = "parameters";
    /**
     * The numbers that a model keeps beside its parameters, such as running means; they have a layout of their own.
     */
    public static final String STATES = "states";
    /** The gradients of the loss, in the layout of the parameters. */
    public static final String GRADIENTS = "gradients";
    /** The sum of the gradients of several batches. */
    public static final String ACCUMULATED = "accumulated";
    /** A number for each row of the tables: 1 if an update has changed the row since it was published. */
    public static final String CHANGED_ROWS = "changed rows";
    /** A number for each row of the tables: 1 if a batch of the current update has used the row. */
    public static final String USED_ROWS = "used rows";
    /** The copy of the parameters that predictions read. */
    public static final String PUBLISHED = "published";
    /** The moving average of the parameters. */
    public static final String AVERAGE = "average";
    /** One byte per 64 elements of the parameters: the group whose coefficients apply. */
    public static final String GROUPS = "groups";
    /** The numbers of the optimiser's formula that change between steps, for each group. */
    public static final String COEFFICIENTS = "coefficients";
    /** The sum of the weights of the batches of the current update. */
    public static final String UPDATE_WEIGHT = "update weight";
    /** The weight of the new parameters in a uniform average. */
    public static final String AVERAGE_WEIGHT = "average weight";
    /** Seed and step number, from which dropout draws. */
    public static final String RANDOM = "random";
    /** Raised if a loss or a gradient was not finite. */
    public static final String FLAG = "flag";
    /** The sums of losses and metrics, in double precision; see {@link Totals}. */
    public static final String TOTALS = "totals";

    private static final String OPTIMIZER = "optimizer.";

    private Slots() {}

    /**
     * {@return the slot for a state of the optimiser, which has one number per parameter}
     *
     * @param state the name of the state, such as {@code m}
     */
    public static String optimizer(String state) {
        return OPTIMIZER + state;
    }

    /**
     * {@return whether a slot holds a state of the optimiser}
     *
     * @param slot the name of the slot
     */
    public static boolean isOptimizer(String slot) {
        return slot.startsWith(OPTIMIZER);
    }

    /**
     * {@return the name of the state that such a slot holds}
     *
     * @param slot a name that {@link #optimizer} returned
     */
    public static String optimizerState(String slot) {
        return slot.substring(OPTIMIZER.length());
    }
}
