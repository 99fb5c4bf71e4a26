package schuss.backend;

import java.util.Optional;

/**
 * A kind of device that can be opened. Those of the class path are found by {@link java.util.ServiceLoader}: a backend of
 * one's own is a jar with a provider named in {@code META-INF/services/schuss.backend.BackendProvider}.
 */
public interface BackendProvider {
    /** The name it is asked for by, like {@code cpu}. */
    String name();

    /** Of those that are available {@code Device.best()} takes the one with the largest; never one below 0. */
    int preference();

    /** Why it cannot be opened here, with what to do about it; empty where it can. */
    Optional<String> unavailabilityCause();

    /** Whether it can be opened here. */
    default boolean isAvailable() {
        return unavailabilityCause().isEmpty();
    }

    /**
     * Opens it.
     *
     * @param settings of a type of its own; null for the usual ones
     * @throws IllegalStateException saying why it is not available
     * @throws IllegalArgumentException if the settings are of another type
     */
    Backend open(Object settings);

    /** How many threads its kernels use with these settings. */
    default int threads(Object settings) {
        return 1;
    }

    /** Settings as the type that a provider takes, or the usual ones where there are none. */
    static <T> T settings(String name, Class<T> type, Object given, T usual) {
        if (given != null && !type.isInstance(given)) {
            throw new IllegalArgumentException(
                    "device " + name + ": expected settings of type " + type.getSimpleName() + ", got " + given);
        }
        return given == null ? usual : type.cast(given);
    }
}
