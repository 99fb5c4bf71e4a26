package schuss.backend.reference;

import java.util.Optional;
import schuss.backend.Backend;
import schuss.backend.BackendProvider;

/** Opens the reference backend, only when it is asked for by name. It takes no settings. */
public final class ReferenceProvider implements BackendProvider {
    @Override
    public String name() {
        return "reference";
    }

    @Override
    public int preference() {
        return -1;
    }

    @Override
    public Optional<String> unavailabilityCause() {
        return Optional.empty();
    }

    @Override
    public Backend open(Object settings) {
        BackendProvider.settings(name(), Void.class, settings, null);
        return new ReferenceBackend();
    }
}
