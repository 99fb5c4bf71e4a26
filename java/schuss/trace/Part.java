package schuss.trace;

/** Which of the batches whose gradients make one update together. */
public enum Part {
    /** The only one. */
    WHOLE,
    FIRST,
    MIDDLE,
    LAST
}
