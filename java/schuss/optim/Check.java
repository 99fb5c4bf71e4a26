package schuss.optim;

/** Checks of settings. Each failure says whose setting it is, what was expected and what came. */
public final class Check {
    private Check() {}

    /** Fails unless the condition holds: {@code Cosine: expected an end in [0, 1], got 2.0}. */
    public static void that(String what, String expected, boolean holds, Object got) {
        if (!holds) {
            throw new IllegalArgumentException(what + ": expected " + expected + ", got " + got);
        }
    }

    public static void atLeastZero(String what, String setting, double value) {
        that(what, "a finite " + setting + " of at least 0", value >= 0 && value < Double.POSITIVE_INFINITY, value);
    }

    public static void aboveZero(String what, String setting, double value) {
        that(what, "a finite " + setting + " above 0", value > 0 && value < Double.POSITIVE_INFINITY, value);
    }

    public static void belowOne(String what, String setting, double value) {
        that(what, "a " + setting + " in [0, 1)", value >= 0 && value < 1, value);
    }

    public static void share(String what, String setting, double value) {
        that(what, "a " + setting + " in [0, 1]", value >= 0 && value <= 1, value);
    }
}
