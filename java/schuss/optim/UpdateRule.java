package schuss.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Everything that happens in a training step between the gradients and the new parameters. The {@code Trainer} builds it
 * from its settings; use it directly for a training loop of your own. It applies, in this order:
 *
 * <ol>
 * <li>the mean over {@link #accumulate} batches, in which every example counts the same
 * <li>clipping by the global norm: {@code g = g * u / |g|} where {@code |g| > u}, with |g| over all trained parameters
 * <li>clipping by value: {@code g = min(max(g, -v), v)}
 * <li>the gradients of the penalties {@code l1 * |p|} and {@code l2 / 2 * p * p}, and the optimizer's weight decay
 * <li>the optimizer
 * <li>max-norm: the incoming weights w of a unit become {@code w * c / |w|} where {@code |w| > c}
 * <li>the moving average of the parameters
 * </ol>
 *
 * <p>If the loss or a gradient is not finite, the step changes nothing, not even the averages. The penalties are not part
 * of the reported loss.
 *
 * <pre>{@code
 * UpdateRule rule = new UpdateRule(new Adam(1e-3)).withClipNorm(1).withAverage(0.999);
 * }</pre>
 *
 * @param optimizer the optimizer
 * @param accumulate the number of batches per update, at least 1; 1 by default
 * @param clipNorm the largest norm of all gradients together, above 0; infinite, the default, for no limit
 * @param clipValue the largest absolute value of a gradient, above 0; infinite, the default, for no limit
 * @param l1 the factor of |p| for weights, at least 0; biases and the scales and shifts of normalisation have no penalty
 * @param l2 the factor of p * p / 2 for weights, at least 0
 * @param maxNorm the largest norm of a unit's incoming weights, above 0; infinite, the default, for no limit. A unit is
 *     an index of the last axis of a weight with several axes: an output of a dense layer, a filter of a convolution.
 * @param averaging which average of the parameters predictions use
 * @param averageDecay the share of the moving average that is kept in each step, in [0, 1)
 * @param groups settings for some of the parameters; if several match, later ones win
 */
public record UpdateRule(
        Optimizer optimizer,
        int accumulate,
        double clipNorm,
        double clipValue,
        double l1,
        double l2,
        double maxNorm,
        Averaging averaging,
        double averageDecay,
        List<Group> groups) {
    private static final double ANY = Double.POSITIVE_INFINITY;

    /** How parameters are averaged over the steps. */
    public enum Averaging {
        /** No average: predictions use the trained parameters. */
        NONE,
        /**
         * A moving average: {@code a = a + (1 - decay) * (p - a)}, which starts with the parameters at the time averaging
         * begins.
         */
        EXPONENTIAL,
        /** The mean over all steps since averaging began (Polyak and Juditsky 1992). */
        UNIFORM
    }

    /**
     * The settings that apply to one parameter.
     *
     * @param rate a factor of the learning rate
     * @param decay the weight decay
     * @param l1 the factor of |p|
     * @param l2 the factor of p * p / 2
     * @param maxNorm the largest norm of a unit's incoming weights
     * @param frozen whether it is not trained
     */
    public record Setting(double rate, double decay, double l1, double l2, double maxNorm, boolean frozen) {}

    /**
     * Creates a rule with all settings.
     *
     * @param optimizer the optimizer
     * @param accumulate the number of batches per update, at least 1
     * @param clipNorm the largest norm of all gradients together, above 0
     * @param clipValue the largest absolute value of a gradient, above 0
     * @param l1 the factor of |p| for weights, at least 0
     * @param l2 the factor of p * p / 2 for weights, at least 0
     * @param maxNorm the largest norm of a unit's incoming weights, above 0
     * @param averaging which average of the parameters predictions use
     * @param averageDecay the share of the moving average that is kept in each step, in [0, 1)
     * @param groups settings for some of the parameters
     * @throws IllegalArgumentException if a number is out of its range
     */
    public UpdateRule {
        Check.that("update", "at least 1 batch to an update", accumulate >= 1, accumulate);
        Check.that("update", "a largest gradient norm above 0", clipNorm > 0, clipNorm);
        Check.that("update", "a largest gradient above 0", clipValue > 0, clipValue);
        Check.atLeastZero("update", "l1 factor", l1);
        Check.atLeastZero("update", "l2 factor", l2);
        Check.that("update", "a largest norm of weights above 0", maxNorm > 0, maxNorm);
        Check.belowOne("update", "decay of the average", averageDecay);
        groups = List.copyOf(groups);
    }

    /**
     * Creates a rule with an optimizer and nothing else.
     *
     * @param optimizer the optimizer
     */
    public UpdateRule(Optimizer optimizer) {
        this(optimizer, 1, ANY, ANY, 0, 0, ANY, Averaging.NONE, 0, List.of());
    }

    /**
     * {@return a copy that accumulates the gradients of several batches}
     *
     * @param batches the number of batches per update, at least 1
     */
    public UpdateRule withAccumulate(int batches) {
        return new UpdateRule(
                optimizer, batches, clipNorm, clipValue, l1, l2, maxNorm, averaging, averageDecay, groups);
    }

    /**
     * {@return a copy that clips gradients by their global norm}
     *
     * @param norm the largest norm of all gradients together, above 0
     */
    public UpdateRule withClipNorm(double norm) {
        return new UpdateRule(optimizer, accumulate, norm, clipValue, l1, l2, maxNorm, averaging, averageDecay, groups);
    }

    /**
     * {@return a copy that clips each gradient}
     *
     * @param value the largest absolute value, above 0
     */
    public UpdateRule withClipValue(double value) {
        return new UpdateRule(optimizer, accumulate, clipNorm, value, l1, l2, maxNorm, averaging, averageDecay, groups);
    }

    /**
     * {@return a copy with L1 and L2 penalties on the weights}
     *
     * @param absolute the factor of |p|, at least 0
     * @param squared the factor of p * p / 2, at least 0
     */
    public UpdateRule withPenalties(double absolute, double squared) {
        return new UpdateRule(
                optimizer,
                accumulate,
                clipNorm,
                clipValue,
                absolute,
                squared,
                maxNorm,
                averaging,
                averageDecay,
                groups);
    }

    /**
     * {@return a copy with a limit of the weights' norm}
     *
     * @param norm the largest norm of a unit's incoming weights, above 0
     */
    public UpdateRule withMaxNorm(double norm) {
        return new UpdateRule(
                optimizer, accumulate, clipNorm, clipValue, l1, l2, norm, averaging, averageDecay, groups);
    }

    /**
     * {@return a copy with a moving average of the parameters}
     *
     * @param decay the share of the average that is kept in each step, in [0, 1)
     */
    public UpdateRule withAverage(double decay) {
        return new UpdateRule(
                optimizer, accumulate, clipNorm, clipValue, l1, l2, maxNorm, Averaging.EXPONENTIAL, decay, groups);
    }

    /** {@return a copy with the uniform mean of the parameters} */
    public UpdateRule withUniformAverage() {
        return new UpdateRule(
                optimizer, accumulate, clipNorm, clipValue, l1, l2, maxNorm, Averaging.UNIFORM, 0, groups);
    }

    /**
     * {@return a copy with settings for some parameters, such as {@code withGroup("*bias", g -> g.withRate(2))}}
     *
     * @param pattern which parameters, see {@link Group}
     * @param settings adds settings to a group without any
     */
    public UpdateRule withGroup(String pattern, UnaryOperator<Group> settings) {
        List<Group> all = new ArrayList<>(groups);
        all.add(settings.apply(new Group(pattern)));
        return new UpdateRule(
                optimizer, accumulate, clipNorm, clipValue, l1, l2, maxNorm, averaging, averageDecay, all);
    }

    /**
     * {@return the settings that apply to a parameter}
     *
     * @param path the path of the parameter
     * @param weight whether it is a weight; weight decay and penalties apply to other parameters only if a group says so
     */
    public Setting setting(String path, boolean weight) {
        double rate = 1;
        double decay = weight ? optimizer.weightDecay() : 0;
        double absolute = weight ? l1 : 0;
        double squared = weight ? l2 : 0;
        double norm = weight ? maxNorm : ANY;
        boolean frozen = false;
        for (Group group : groups) {
            if (group.matches(path)) {
                rate = group.rate() == null ? rate : group.rate();
                decay = group.decay() == null ? decay : group.decay();
                absolute = group.l1() == null ? absolute : group.l1();
                squared = group.l2() == null ? squared : group.l2();
                norm = group.maxNorm() == null ? norm : group.maxNorm();
                frozen = group.frozen() == null ? frozen : group.frozen();
            }
        }
        return new Setting(rate, decay, absolute, squared, norm, frozen);
    }

    /**
     * {@return whether a parameter is not trained}
     *
     * @param path the path of the parameter
     */
    public boolean frozen(String path) {
        return setting(path, true).frozen();
    }
}
