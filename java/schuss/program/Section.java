package schuss.program;

/** The three parts of a program, in order. */
public enum Section {
    /** Functions of the model's numbers only; inference runs them once per version of the weights. */
    DERIVE,
    /** Forward, loss and backward. */
    BODY,
    /** What changes variables: guard, optimiser, totals. */
    UPDATE
}
