package schuss.data.augment;

/**
 * A number that a step of an augmentation takes.
 *
 * @param otherwise its value where none is given; null where one must be
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

    /** Refuses what is out of range; {@code where} is the step. */
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
