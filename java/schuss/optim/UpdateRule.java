package schuss.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * All that happens between gradients and the next parameters. Equal rules have equal programs. In this order, all of it
 * in the step and on the device:
 *
 * <ol>
 *   <li>the mean over {@link #accumulate} batches, each example counting alike
 *   <li>clipping by the global norm, g = g * u / |g| where |g| > u, with |g| over all trained parameters
 *   <li>clipping by value, g = min(max(g, -v), v)
 *   <li>the slopes of the penalties l1 * |p| and l2 / 2 * p * p, and the optimiser's weight decay
 *   <li>the optimiser
 *   <li>max-norm: a unit's incoming weights w become w * c / |w| where |w| > c
 *   <li>the moving average of the parameters
 * </ol>
 *
 * <p>Where loss or gradients are not finite nothing changes, averages included. The penalties are no part of the loss that
 * is reported.
 *
 * @param optimizer the formula
 * @param accumulate batches to an update, at least 1
 * @param clipNorm the largest norm of all gradients, above 0; infinite for any
 * @param clipValue the largest absolute value of a gradient, above 0; infinite for any
 * @param l1 factor of |p| for weights, at least 0; biases are left alone, as are normalisation's scales and shifts
 * @param l2 factor of p * p / 2 for weights, at least 0
 * @param maxNorm the largest norm of a unit's incoming weights, above 0; infinite for any. A unit is an index of the last
 *     axis of a weight with several axes: an output of a dense layer, a filter of a convolution
 * @param averaging which average of the parameters predictions see
 * @param averageDecay how much of the average stays in a step, in [0, 1)
 * @param groups what is different for some parameters; of several that match, later ones win
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

    /** How parameters are averaged. */
    public enum Averaging {
        NONE,
        /** a = a + (1 - decay) * (p - a), beginning with the parameters when averaging began. */
        EXPONENTIAL,
        /** The mean over all steps since averaging began (Polyak and Juditsky 1992). */
        UNIFORM
    }

    /** What applies to one parameter. */
    public record Setting(double rate, double decay, double l1, double l2, double maxNorm, boolean frozen) {}

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

    /** The optimiser alone. */
    public UpdateRule(Optimizer optimizer) {
        this(optimizer, 1, ANY, ANY, 0, 0, ANY, Averaging.NONE, 0, List.of());
    }

    public UpdateRule withAccumulate(int batches) {
        return new UpdateRule(
                optimizer, batches, clipNorm, clipValue, l1, l2, maxNorm, averaging, averageDecay, groups);
    }

    public UpdateRule withClipNorm(double norm) {
        return new UpdateRule(optimizer, accumulate, norm, clipValue, l1, l2, maxNorm, averaging, averageDecay, groups);
    }

    public UpdateRule withClipValue(double value) {
        return new UpdateRule(optimizer, accumulate, clipNorm, value, l1, l2, maxNorm, averaging, averageDecay, groups);
    }

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

    public UpdateRule withMaxNorm(double norm) {
        return new UpdateRule(
                optimizer, accumulate, clipNorm, clipValue, l1, l2, norm, averaging, averageDecay, groups);
    }

    public UpdateRule withAverage(double decay) {
        return new UpdateRule(
                optimizer, accumulate, clipNorm, clipValue, l1, l2, maxNorm, Averaging.EXPONENTIAL, decay, groups);
    }

    public UpdateRule withUniformAverage() {
        return new UpdateRule(
                optimizer, accumulate, clipNorm, clipValue, l1, l2, maxNorm, Averaging.UNIFORM, 0, groups);
    }

    /** With settings for some parameters: {@code withGroup("*&#47;bias", g -> g.withRate(2))}. */
    public UpdateRule withGroup(String pattern, UnaryOperator<Group> settings) {
        List<Group> all = new ArrayList<>(groups);
        all.add(settings.apply(new Group(pattern)));
        return new UpdateRule(
                optimizer, accumulate, clipNorm, clipValue, l1, l2, maxNorm, averaging, averageDecay, all);
    }

    /**
     * What applies to a parameter.
     *
     * @param weight whether it is one, or a bias or the like, to which decay and penalties do not apply unless a group says
     *     so
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

    /** Whether nothing changes the parameter of this path. */
    public boolean frozen(String path) {
        return setting(path, true).frozen();
    }
}
