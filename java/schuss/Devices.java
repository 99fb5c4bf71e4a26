package schuss;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import schuss.backend.BackendProvider;

/** The kinds of devices on the class path. */
final class Devices {
    private static final System.Logger LOG = System.getLogger("schuss");
    private static final List<BackendProvider> ALL = found();

    private Devices() {}

    private static List<BackendProvider> found() {
        List<BackendProvider> all = new ArrayList<>();
        var providers = ServiceLoader.load(BackendProvider.class, Device.class.getClassLoader()).stream()
                .iterator();
        while (providers.hasNext()) {
            try {
                all.add(providers.next().get());
            } catch (ServiceConfigurationError e) { // of somebody else: the others are there all the same
                LOG.log(System.Logger.Level.WARNING, "a kind of device that cannot be loaded", e);
            }
        }
        return List.copyOf(all);
    }

    /** All of them, those first that {@link Device#best} would rather take. */
    static List<BackendProvider> all() {
        return ALL.stream()
                .sorted(Comparator.comparingInt(BackendProvider::preference).reversed())
                .toList();
    }

    /** The kind of a name. */
    static BackendProvider named(String name) {
        return ALL.stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("device: expected one of "
                        + ALL.stream().map(BackendProvider::name).toList() + ", got \"" + name + "\""));
    }
}
