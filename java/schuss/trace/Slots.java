package schuss.trace;

/** The names of the slots that traced programs use. */
public final class Slots {
    /** What is trained. */
    public static final String PARAMETERS = "parameters";
    /** What a model keeps beside its parameters, such as running means; a layout of its own. */
    public static final String STATES = "states";
    /** The gradients of the loss, laid out as the parameters. */
    public static final String GRADIENTS = "gradients";
    /** The sum of the gradients of several batches. */
    public static final String ACCUMULATED = "accumulated";
    /** A number for each row of the tables, 1 for those that updates have changed since they were published. */
    public static final String CHANGED_ROWS = "changed rows";
    /** The same, 1 for those that the batches of an update have used. */
    public static final String USED_ROWS = "used rows";
    /** The parameters that predictions see, for what copies them there. */
    public static final String PUBLISHED = "published";
    /** The moving average of the parameters. */
    public static final String AVERAGE = "average";
    /** One byte per 64 elements of the parameters: the group whose coefficients apply. */
    public static final String GROUPS = "groups";
    /** What the optimiser's formula needs and changes between steps, per group. */
    public static final String COEFFICIENTS = "coefficients";
    /** What the batches of an update weigh so far. */
    public static final String UPDATE_WEIGHT = "update weight";
    /** With what weight new parameters count in a uniform average. */
    public static final String AVERAGE_WEIGHT = "average weight";
    /** Seed and step, from which dropout draws. */
    public static final String RANDOM = "random";
    /** Raised when a loss or gradient was not finite. */
    public static final String FLAG = "flag";
    /** Sums of losses and metrics, in double; see {@link Totals}. */
    public static final String TOTALS = "totals";

    private static final String OPTIMIZER = "optimizer.";

    private Slots() {}

    /** What an optimiser keeps for every parameter under this name, such as {@code m}. */
    public static String optimizer(String state) {
        return OPTIMIZER + state;
    }

    /** Whether a slot is one of {@link #optimizer}. */
    public static boolean isOptimizer(String slot) {
        return slot.startsWith(OPTIMIZER);
    }

    /** The name of the optimiser's state in such a slot. */
    public static String optimizerState(String slot) {
        return slot.substring(OPTIMIZER.length());
    }
}
