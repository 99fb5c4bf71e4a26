package schuss.backend;

import java.util.Optional;

/**
 * A kind of device that can be opened. Providers on the class path are found by {@link java.util.ServiceLoader}: to add
 * a backend of your own, put a jar on the class path that names its provider in {@code
 * META-INF/services/schuss.backend.BackendProvider}.
 */
public interface BackendProvider {
    /** {@return the name of the device, such as {@code cpu}} */
    String name();

    /**
     * {@code Device.best()} takes the available device with the largest preference, and never one below 0.
     *
     * @return the preference
     */
    int preference();

    /** {@return why the device cannot be opened here, and what to do about it; empty if it can} */
    Optional<String> unavailabilityCause();

    /** {@return whether the device can be opened here} */
    default boolean isAvailable() {
        return unavailabilityCause().isEmpty();
    }

    /**
     * Opens the device.
     *
     * @param settings of the provider's own type; null for the defaults
     * @return the open backend
     * @throws IllegalStateException if the device is not available; the message says why
     * @throws IllegalArgumentException if the settings are of another type
     */
    Backend open(Object settings);

    /**
     * {@return how many threads its kernels use}
     *
     * @param settings as for {@link #open}
     */
    default int threads(Object settings) {
        return 1;
    }

    /**
     * Checks the type of settings, for implementations of {@link #open}.
     *
     * @param name of the device, for the message
     * @param type that is expected
     * @param given the settings, or null
     * @param usual the defaults
     * @param <T> the type of the settings
     * @return the settings, or the defaults if they are null
     * @throws IllegalArgumentException if the settings are of another type
     */
    static <T> T settings(String name, Class<T> type, Object given, T usual) {
        if (given != null && !type.isInstance(given)) {
            throw new IllegalArgumentException(
                    "device " + name + ": expected settings of type " + type.getSimpleName() + ", got " + given);
        }
        return given == null ? usual : type.cast(given);
    }
}
