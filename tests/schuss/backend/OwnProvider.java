package schuss.backend;

import java.util.Optional;
import schuss.backend.reference.ReferenceBackend;

/** A kind of device that is not Schuss's own: it asks for a password. */
public final class OwnProvider implements BackendProvider {
    @Override
    public String name() {
        return "own";
    }

    @Override
    public int preference() {
        return -1;
    }

    @Override
    public Optional<String> unavailabilityCause() {
        return Optional.of("it wants a password");
    }

    @Override
    public Backend open(Object settings) {
        String password = BackendProvider.settings(name(), String.class, settings, "");
        if (!password.equals("please")) {
            throw new IllegalStateException(
                    "own: unavailable: " + unavailabilityCause().orElseThrow());
        }
        return new ReferenceBackend();
    }

    @Override
    public int threads(Object settings) {
        return 3;
    }
}
