package schuss.ir;

/** The three parts of a program, in the order in which they run. */
public enum Section {
    /**
     * Computations from the model's own numbers only, such as weights in another layout or precision. Inference runs
     * them once per version of the weights.
     */
    DERIVE,
    /** The forward pass, the loss and the backward pass. */
    BODY,
    /**
     * Everything that changes memory which survives the run: the check for finite numbers, the optimiser, the sums of
     * losses and metrics.
     */
    UPDATE
}
