package schuss.data.augment;

/**
 * A parameter of a step in an augmentation.
 *
 * @param name its name in messages
 * @param least the smallest value
 * @param most the largest value
 * @param otherwise the default value, or null if there is none
 * @param isWhole whether values are whole numbers
 */
record AugmentationParameter(String name, double least, double most, Double otherwise, boolean isWhole) {
    static AugmentationParameter required(String name, double least, double most) {
        return new AugmentationParameter(name, least, most, null, false);
    }

    static AugmentationParameter optional(String name, double least, double most, double otherwise) {
        return new AugmentationParameter(name, least, most, otherwise, false);
    }

    AugmentationParameter whole() {
        return new AugmentationParameter(name, least, most, otherwise, true);
    }

    /** Throws if a value is out of range; {@code where} is the step. */
    double check(String where, double value) {
        if (!(value >= least && value <= most) || (isWhole && value != Math.rint(value))) {
            throw refused(where, text(value));
        }
        return value;
    }

    IllegalArgumentException refused(String where, String got) {
        return new IllegalArgumentException(where + ": expected " + name + " of " + text(least) + " to " + text(most)
                + (isWhole ? ", whole" : "") + ", got " + got);
    }

    /** A number without an empty fraction. */
    static String text(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
