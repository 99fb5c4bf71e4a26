package schuss.backend.cuda;

import java.util.Optional;
import schuss.CudaOptions;
import schuss.backend.Backend;
import schuss.backend.BackendProvider;
import schuss.backend.cuda.runtime.CudaLibraries;

/** Opens the CUDA backend. Its settings are {@link CudaOptions}. */
public final class CudaProvider implements BackendProvider {
    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public int preference() {
        return 100;
    }

    @Override
    public Optional<String> unavailabilityCause() {
        return CudaLibraries.unavailabilityCause();
    }

    @Override
    public Backend open(Object settings) {
        CudaLibraries.load();
        return new CudaBackend(BackendProvider.settings(name(), CudaOptions.class, settings, CudaOptions.DEFAULT));
    }
}
