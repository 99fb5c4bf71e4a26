package schuss.ir;

/** The three parts of a program, in the order in which they run. */
public enum Section {
    /** Functions of the model's numbers only; inference runs them once per version of the weights. */
    DERIVE,
    /** Forward, loss and backward. */
    BODY,
    /** What changes the memory that outlives a run: guard, optimiser, totals. */
    UPDATE
}
