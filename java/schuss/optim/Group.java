package schuss.optim;

/**
 * Settings for some of a model's parameters. What is not set, null, is as for all.
 *
 * @param pattern which: a path such as {@code 0.dense/bias}, the path of a layer for all that is in it, or a pattern in
 *     which {@code *} stands for any characters
 * @param rate a factor of the learning rate, at least 0
 * @param decay the optimiser's weight decay, also of biases
 * @param l1 the factor of |p| in the loss, also of biases
 * @param l2 the factor of p * p / 2 in the loss, also of biases
 * @param maxNorm the largest norm of a unit's incoming weights
 * @param frozen whether nothing changes them
 */
public record Group(String pattern, Double rate, Double decay, Double l1, Double l2, Double maxNorm, Boolean frozen) {
    public Group {
        Check.that("group", "a pattern", pattern != null && !pattern.isEmpty(), pattern);
        String name = "group \"" + pattern + "\"";
        atLeastZero(name, "rate factor", rate);
        atLeastZero(name, "weight decay", decay);
        atLeastZero(name, "l1 factor", l1);
        atLeastZero(name, "l2 factor", l2);
        Check.that(name, "a largest norm above 0", maxNorm == null || maxNorm > 0, maxNorm);
    }

    private static void atLeastZero(String group, String setting, Double value) {
        if (value != null) {
            Check.atLeastZero(group, setting, value);
        }
    }

    /** Nothing set yet. */
    public Group(String pattern) {
        this(pattern, null, null, null, null, null, null);
    }

    public Group withRate(double factor) {
        return new Group(pattern, factor, decay, l1, l2, maxNorm, frozen);
    }

    public Group withDecay(double factor) {
        return new Group(pattern, rate, factor, l1, l2, maxNorm, frozen);
    }

    public Group withL1(double factor) {
        return new Group(pattern, rate, decay, factor, l2, maxNorm, frozen);
    }

    public Group withL2(double factor) {
        return new Group(pattern, rate, decay, l1, factor, maxNorm, frozen);
    }

    public Group withMaxNorm(double norm) {
        return new Group(pattern, rate, decay, l1, l2, norm, frozen);
    }

    public Group withFrozen(boolean value) {
        return new Group(pattern, rate, decay, l1, l2, maxNorm, value);
    }

    /** Whether a parameter of this path belongs to it. */
    public boolean matches(String path) {
        if (pattern.indexOf('*') < 0) {
            return path.equals(pattern) || path.startsWith(pattern + "/");
        }
        String[] parts = pattern.split("\\*", -1);
        int at = parts[0].length();
        if (!path.startsWith(parts[0])) {
            return false;
        }
        for (int i = 1; i < parts.length - 1; i++) {
            int found = path.indexOf(parts[i], at);
            if (found < 0) {
                return false;
            }
            at = found + parts[i].length();
        }
        String last = parts[parts.length - 1];
        return path.length() - last.length() >= at && path.endsWith(last);
    }
}
