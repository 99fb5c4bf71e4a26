package schuss.optim;

/**
 * Checks of settings, for optimizers and schedules. Each error says whose setting it is, what was expected and what was
 * given.
 */
public final class Check {
    private Check() {}

    /**
     * Throws unless a condition holds, with a message such as {@code Cosine: expected an end in [0, 1], got 2.0}.
     *
     * @param what whose setting it is
     * @param expected what is expected
     * @param holds the condition
     * @param got what was given
     * @throws IllegalArgumentException unless the condition holds
     */
    public static void that(String what, String expected, boolean holds, Object got) {
        if (!holds) {
            throw new IllegalArgumentException(what + ": expected " + expected + ", got " + got);
        }
    }

    /**
     * Throws unless a value is finite and at least 0.
     *
     * @param what whose setting it is
     * @param setting the name of the setting
     * @param value the value
     * @throws IllegalArgumentException if it is negative or not finite
     */
    public static void atLeastZero(String what, String setting, double value) {
        that(what, "a finite " + setting + " of at least 0", value >= 0 && value < Double.POSITIVE_INFINITY, value);
    }

    /**
     * Throws unless a value is finite and above 0.
     *
     * @param what whose setting it is
     * @param setting the name of the setting
     * @param value the value
     * @throws IllegalArgumentException if it is not above 0 or not finite
     */
    public static void aboveZero(String what, String setting, double value) {
        that(what, "a finite " + setting + " above 0", value > 0 && value < Double.POSITIVE_INFINITY, value);
    }

    /**
     * Throws unless a value is in [0, 1).
     *
     * @param what whose setting it is
     * @param setting the name of the setting
     * @param value the value
     * @throws IllegalArgumentException if it is out of range
     */
    public static void belowOne(String what, String setting, double value) {
        that(what, "a " + setting + " in [0, 1)", value >= 0 && value < 1, value);
    }

    /**
     * Throws unless a value is in [0, 1].
     *
     * @param what whose setting it is
     * @param setting the name of the setting
     * @param value the value
     * @throws IllegalArgumentException if it is out of range
     */
    public static void share(String what, String setting, double value) {
        that(what, "a " + setting + " in [0, 1]", value >= 0 && value <= 1, value);
    }
}
