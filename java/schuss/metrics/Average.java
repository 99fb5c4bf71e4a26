package schuss.metrics;

/** How numbers of several classes or labels become one. */
public enum Average {
    /** The mean of the classes' numbers: each class counts alike, however rare it is. */
    MACRO,
    /** The number of all classes' hits and misses together: each example counts alike. */
    MICRO
}
