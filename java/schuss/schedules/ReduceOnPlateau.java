package schuss.schedules;

import schuss.optim.Check;

/**
 * Lowers the learning rate when training stops improving: after more than {@code patience} epochs in a row without a new
 * best value the learning rate is multiplied by {@code factor}. A new best is a value below {@code best * (1 -
 * threshold)}. As in PyTorch.
 *
 * <pre>{@code
 * Trainer.of(model, loss, new Adam()).withReduceOnPlateau(new ReduceOnPlateau(0.5, 3))
 * }</pre>
 *
 * @param factor what the learning rate is multiplied by, in (0, 1); 0.1 by default
 * @param patience the number of epochs without a new best that are tolerated, at least 0; 10 by default
 * @param threshold the relative improvement that counts as a new best, in [0, 1); 1e-4 by default
 * @param cooldown the number of epochs after each reduction that are not counted, at least 0; 0 by default
 * @param least the smallest value of the product of all factors, in [0, 1]; 0 by default
 * @param value the name of the metric to watch, of which lower is better; null for the validation loss, or for the
 *     training loss if there is no validation
 */
public record ReduceOnPlateau(double factor, int patience, double threshold, int cooldown, double least, String value) {
    /**
     * The progress so far, which is saved in checkpoints so that training can be resumed.
     *
     * @param scale the product of all factors so far
     * @param best the lowest value so far
     * @param bad the number of epochs in a row without a new best
     * @param cooling the number of epochs that are still not counted
     */
    public record State(double scale, double best, int bad, int cooling) {
        /** The state before the first epoch. */
        public static final State START = new State(1, Double.POSITIVE_INFINITY, 0, 0);
    }

    /**
     * Creates it with all settings.
     *
     * @param factor what the learning rate is multiplied by, in (0, 1)
     * @param patience the number of epochs without a new best that are tolerated, at least 0
     * @param threshold the relative improvement that counts as a new best, in [0, 1)
     * @param cooldown the number of epochs after each reduction that are not counted, at least 0
     * @param least the smallest value of the product of all factors, in [0, 1]
     * @param value the name of the metric to watch, of which lower is better
     * @throws IllegalArgumentException if a number is out of its range
     */
    public ReduceOnPlateau {
        Check.that("ReduceOnPlateau", "a factor in (0, 1)", factor > 0 && factor < 1, factor);
        Check.that("ReduceOnPlateau", "a patience of at least 0", patience >= 0, patience);
        Check.belowOne("ReduceOnPlateau", "threshold", threshold);
        Check.that("ReduceOnPlateau", "a cooldown of at least 0", cooldown >= 0, cooldown);
        Check.share("ReduceOnPlateau", "least product", least);
    }

    /**
     * Creates it with a factor and a patience.
     *
     * @param factor what the learning rate is multiplied by, in (0, 1)
     * @param patience the number of epochs without a new best that are tolerated, at least 0
     */
    public ReduceOnPlateau(double factor, int patience) {
        this(factor, patience, 1e-4, 0, 0, null);
    }

    /** Creates it with factor 0.1 and patience 10. */
    public ReduceOnPlateau() {
        this(0.1, 10);
    }

    /**
     * {@return a copy with another threshold}
     *
     * @param relative the relative improvement that counts as a new best, in [0, 1)
     */
    public ReduceOnPlateau withThreshold(double relative) {
        return new ReduceOnPlateau(factor, patience, relative, cooldown, least, value);
    }

    /**
     * {@return a copy with a cooldown}
     *
     * @param epochs the number of epochs after each reduction that are not counted, at least 0
     */
    public ReduceOnPlateau withCooldown(int epochs) {
        return new ReduceOnPlateau(factor, patience, threshold, epochs, least, value);
    }

    /**
     * {@return a copy with a lower limit}
     *
     * @param product the smallest value of the product of all factors, in [0, 1]
     */
    public ReduceOnPlateau withLeast(double product) {
        return new ReduceOnPlateau(factor, patience, threshold, cooldown, product, value);
    }

    /**
     * {@return a copy that watches another value}
     *
     * @param name the name of the metric, of which lower is better
     */
    public ReduceOnPlateau watching(String name) {
        return new ReduceOnPlateau(factor, patience, threshold, cooldown, least, name);
    }

    /**
     * {@return the state after an epoch}
     *
     * @param state the state before it
     * @param epochValue the watched value of the epoch; NaN is never a new best
     */
    public State next(State state, double epochValue) {
        boolean better = epochValue < state.best * (1 - threshold)
                || (state.best == Double.POSITIVE_INFINITY && epochValue < state.best);
        double best = better ? epochValue : state.best;
        int cooling = Math.max(0, state.cooling - 1);
        int bad = better || state.cooling > 0 ? 0 : state.bad + 1;
        return bad > patience
                ? new State(Math.max(least, state.scale * factor), best, 0, cooldown)
                : new State(state.scale, best, bad, cooling);
    }
}
