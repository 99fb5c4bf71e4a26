package schuss.optim;

/** Checks of hyperparameters. */
final class Check {
    private Check() {}

    static void atLeastZero(String optimizer, String what, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    optimizer + ": expected a finite " + what + " of at least 0, got " + value);
        }
    }

    static void belowOne(String optimizer, String what, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(optimizer + ": expected a " + what + " in [0, 1), got " + value);
        }
    }
}
