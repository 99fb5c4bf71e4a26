package schuss.layers;

/** Checks of layers' settings. */
final class Check {
    private Check() {}

    /** Fails, naming the layer, unless all values are at least {@code least}. */
    static void atLeast(int least, String layer, String what, int... values) {
        for (int value : values) {
            if (value < least) {
                throw new IllegalArgumentException(
                        layer + ": expected " + what + " of at least " + least + ", got " + value);
            }
        }
    }

    /** Fails, naming the layer, unless the value is greater than 0 and finite. */
    static void positive(String layer, String what, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(layer + ": expected " + what + " greater than 0, got " + value);
        }
    }

    /** Fails unless {@code total}, a number of channels of this name, can be cut into equal groups. */
    static void groups(String channels, int total, int groups) {
        if (total % groups != 0) {
            throw new IllegalArgumentException(
                    "expected " + channels + " that " + groups + " groups divide, got " + total);
        }
    }
}
