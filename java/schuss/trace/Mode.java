package schuss.trace;

/**
 * How layers behave that differ between training and prediction: dropout, noise and batch normalisation.
 *
 * @param dropout whether dropout and noise are on
 * @param batchStatistics whether normalisation uses the mean and variance of the batch; otherwise the running ones
 * @param updatesStates whether running statistics are updated from the batch
 */
public record Mode(boolean dropout, boolean batchStatistics, boolean updatesStates) {
    /** Dropout on, statistics of the batch, running statistics updated. */
    public static final Mode TRAINING = new Mode(true, true, true);
    /** Dropout off, running statistics, nothing updated. */
    public static final Mode INFERENCE = new Mode(false, false, false);

    /** Dropout on, otherwise as {@link #INFERENCE}: one sample of Monte Carlo dropout. */
    public static final Mode SAMPLING = new Mode(true, false, false);

    /** Dropout off, statistics of the batch, nothing updated: reproducible gradients of what training computes. */
    public static final Mode GRADIENTS = new Mode(false, true, false);
}
