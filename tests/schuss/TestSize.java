package schuss;

import java.util.Locale;

/**
 * How much the larger tests do, by the property {@code schuss.test.size}: {@code quick} to see that they run at all,
 * {@code normal} on a processor, {@code full} on a GPU.
 */
public enum TestSize {
    QUICK,
    NORMAL,
    FULL;

    public static final String PROPERTY = "schuss.test.size";

    public static TestSize current() {
        return valueOf(System.getProperty(PROPERTY, "normal").toUpperCase(Locale.ROOT));
    }

    /** One of three for the size at hand. */
    public static <T> T pick(T quick, T normal, T full) {
        return switch (current()) {
            case QUICK -> quick;
            case NORMAL -> normal;
            case FULL -> full;
        };
    }
}
