package schuss.schedules;

import schuss.optim.Check;

/**
 * Lowers the learning rate when a value has stopped to improve: after more than {@code patience} epochs in a row without
 * a new best, which is one below best * (1 - threshold), the rate is multiplied by the factor. As in PyTorch.
 *
 * @param factor in (0, 1); 0.1 unless given
 * @param patience epochs, at least 0; 10 unless given
 * @param threshold in [0, 1); 1e-4 unless given
 * @param cooldown epochs after each reduction that do not count, at least 0; 0 unless given
 * @param least that the product of all factors may become, in [0, 1]; 0 unless given
 * @param value the epoch's value to watch, lower being better; null for the validation loss, or the loss without
 *     validation
 */
public record ReduceOnPlateau(double factor, int patience, double threshold, int cooldown, double least, String value) {
    /**
     * Where it stands: part of what must be kept for training to go on.
     *
     * @param scale the product of all factors so far
     * @param best the lowest value so far
     * @param bad epochs in a row without a new best
     * @param cooling epochs that still do not count
     */
    public record State(double scale, double best, int bad, int cooling) {
        /** Before the first epoch. */
        public static final State START = new State(1, Double.POSITIVE_INFINITY, 0, 0);
    }

    public ReduceOnPlateau {
        Check.that("ReduceOnPlateau", "a factor in (0, 1)", factor > 0 && factor < 1, factor);
        Check.that("ReduceOnPlateau", "a patience of at least 0", patience >= 0, patience);
        Check.belowOne("ReduceOnPlateau", "threshold", threshold);
        Check.that("ReduceOnPlateau", "a cooldown of at least 0", cooldown >= 0, cooldown);
        Check.share("ReduceOnPlateau", "least product", least);
    }

    public ReduceOnPlateau(double factor, int patience) {
        this(factor, patience, 1e-4, 0, 0, null);
    }

    public ReduceOnPlateau() {
        this(0.1, 10);
    }

    public ReduceOnPlateau withThreshold(double relative) {
        return new ReduceOnPlateau(factor, patience, relative, cooldown, least, value);
    }

    public ReduceOnPlateau withCooldown(int epochs) {
        return new ReduceOnPlateau(factor, patience, threshold, epochs, least, value);
    }

    public ReduceOnPlateau withLeast(double product) {
        return new ReduceOnPlateau(factor, patience, threshold, cooldown, product, value);
    }

    public ReduceOnPlateau watching(String name) {
        return new ReduceOnPlateau(factor, patience, threshold, cooldown, least, name);
    }

    /** The state after an epoch that came to this value. NaN is no new best. */
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
