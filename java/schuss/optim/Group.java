package schuss.optim;

/**
 * Settings for some of a model's parameters that differ from those of the others, for example a smaller learning rate for
 * pretrained layers. A setting that is null is the same as for all parameters.
 *
 * <pre>{@code
 * new Group("0.sequential").withRate(0.1)     // all parameters of the first layer
 * }</pre>
 *
 * @param pattern which parameters: a path such as {@code 0.dense/bias}, the path of a layer for all parameters in it, or
 *     a pattern in which {@code *} stands for any characters
 * @param rate a factor of the learning rate, at least 0
 * @param decay the weight decay, also for biases
 * @param l1 the factor of the penalty |p|, also for biases
 * @param l2 the factor of the penalty p * p / 2, also for biases
 * @param maxNorm the largest norm of a unit's incoming weights, above 0
 * @param frozen whether these parameters are not trained
 */
public record Group(String pattern, Double rate, Double decay, Double l1, Double l2, Double maxNorm, Boolean frozen) {
    /**
     * Creates a group with all settings.
     *
     * @param pattern which parameters: a path such as {@code 0.dense/bias}, the path of a layer for all parameters in it,
     *     or a pattern in which {@code *} stands for any characters
     * @param rate a factor of the learning rate, at least 0
     * @param decay the weight decay, also for biases
     * @param l1 the factor of the penalty |p|, also for biases
     * @param l2 the factor of the penalty p * p / 2, also for biases
     * @param maxNorm the largest norm of a unit's incoming weights, above 0
     * @param frozen whether these parameters are not trained
     * @throws IllegalArgumentException if the pattern is empty or a number is out of its range
     */
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

    /**
     * Creates a group without settings, to which the {@code with...} methods add some.
     *
     * @param pattern which parameters
     */
    public Group(String pattern) {
        this(pattern, null, null, null, null, null, null);
    }

    /**
     * {@return a copy with another learning rate}
     *
     * @param factor a factor of the learning rate, at least 0
     */
    public Group withRate(double factor) {
        return new Group(pattern, factor, decay, l1, l2, maxNorm, frozen);
    }

    /**
     * {@return a copy with another weight decay}
     *
     * @param factor the weight decay, at least 0
     */
    public Group withDecay(double factor) {
        return new Group(pattern, rate, factor, l1, l2, maxNorm, frozen);
    }

    /**
     * {@return a copy with another L1 penalty}
     *
     * @param factor the factor of |p|, at least 0
     */
    public Group withL1(double factor) {
        return new Group(pattern, rate, decay, factor, l2, maxNorm, frozen);
    }

    /**
     * {@return a copy with another L2 penalty}
     *
     * @param factor the factor of p * p / 2, at least 0
     */
    public Group withL2(double factor) {
        return new Group(pattern, rate, decay, l1, factor, maxNorm, frozen);
    }

    /**
     * {@return a copy with another limit of the weights' norm}
     *
     * @param norm the largest norm of a unit's incoming weights, above 0
     */
    public Group withMaxNorm(double norm) {
        return new Group(pattern, rate, decay, l1, l2, norm, frozen);
    }

    /**
     * {@return a copy that freezes these parameters or trains them}
     *
     * @param value whether they are not trained
     */
    public Group withFrozen(boolean value) {
        return new Group(pattern, rate, decay, l1, l2, maxNorm, value);
    }

    /**
     * {@return whether a parameter belongs to this group}
     *
     * @param path the path of the parameter
     */
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
