package schuss.trace;

/** The place of a batch in an update. With gradient accumulation several batches make one update together. */
public enum Part {
    /** The only batch of its update. */
    WHOLE,
    /** The first of several batches. */
    FIRST,
    /** Neither the first nor the last of several batches. */
    MIDDLE,
    /** The last of several batches, after which the parameters are updated. */
    LAST
}
