package schuss.backend.cpu;

import java.util.Optional;
import schuss.CpuOptions;
import schuss.backend.Backend;
import schuss.backend.BackendProvider;

/** Opens the CPU backend. Its settings are {@link CpuOptions}. */
public final class CpuProvider implements BackendProvider {
    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public int preference() {
        return 0;
    }

    @Override
    public Optional<String> unavailabilityCause() {
        try {
            Native.load();
            return Optional.empty();
        } catch (LinkageError | RuntimeException e) {
            return Optional.of(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    @Override
    public Backend open(Object settings) {
        return new CpuBackend(options(settings).provider() == CpuOptions.Provider.OPENBLAS);
    }

    @Override
    public int threads(Object settings) {
        int threads = options(settings).threads();
        return threads == 0 ? CpuBackend.physicalCores() : threads;
    }

    private CpuOptions options(Object settings) {
        return BackendProvider.settings(name(), CpuOptions.class, settings, CpuOptions.DEFAULT);
    }
}
