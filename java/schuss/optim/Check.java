package schuss.optim;

/** Checks of hyperparameters. */
final class Check {
    private Check() {}

    static void that(String what, String expected, boolean holds, Object got) {
        if (!holds) {
            throw new IllegalArgumentException(what + ": expected " + expected + ", got " + got);
        }
    }

    static void atLeastZero(String optimizer, String what, double value) {
        that(optimizer, "a finite " + what + " of at least 0", value >= 0 && value < Double.POSITIVE_INFINITY, value);
    }

    static void belowOne(String optimizer, String what, double value) {
        that(optimizer, "a " + what + " in [0, 1)", value >= 0 && value < 1, value);
    }

    /** The learning rate itself, if it can be one. */
    static double rate(String optimizer, double value) {
        atLeastZero(optimizer, "learning rate", value);
        return value;
    }
}
