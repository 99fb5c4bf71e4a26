package schuss.trace;

/**
 * What differs between training and predicting with one network.
 *
 * @param dropout whether dropout drops and noise is drawn
 * @param batchStatistics whether normalisation uses the batch's own mean and variance instead of running ones
 * @param updatesStates whether running statistics follow those of the batch
 */
public record Mode(boolean dropout, boolean batchStatistics, boolean updatesStates) {
    public static final Mode TRAINING = new Mode(true, true, true);
    public static final Mode INFERENCE = new Mode(false, false, false);

    /** One sample of what training ran, for Monte Carlo dropout. */
    public static final Mode SAMPLING = new Mode(true, false, false);

    /** Training's statistics without what is random and without a change of anything: for gradients. */
    public static final Mode GRADIENTS = new Mode(false, true, false);
}
