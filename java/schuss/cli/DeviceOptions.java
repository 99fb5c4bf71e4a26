package schuss.cli;

import picocli.CommandLine.Option;
import schuss.Device;
import schuss.backend.cpu.CpuBackend;

/** Where to compute. */
final class DeviceOptions {
    static final String NO_CUDA = "cuda: unavailable: this build has no CUDA backend. Use --device cpu or best";

    @Option(
            names = "--device",
            paramLabel = "best|cpu|cuda",
            defaultValue = "best",
            converter = KindName.class,
            description = "Where to compute; best unless given.")
    private Kind kind;

    @Option(
            names = "--precision",
            paramLabel = "f32",
            defaultValue = "f32",
            converter = PrecisionName.class,
            description = "Of numbers; f32 is the only one yet.")
    private Precision precision;

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = Convert.Threads.class,
            description = "One per physical core unless given.")
    private Integer threads;

    @Option(
            names = "--provider",
            paramLabel = "onednn|openblas",
            defaultValue = "onednn",
            converter = ProviderName.class,
            description = "Who computes matrix products. With onednn, the tiny ones still go to OpenBLAS.")
    private Provider provider;

    private enum Kind {
        BEST,
        CPU,
        CUDA
    }

    private enum Precision {
        F32
    }

    private enum Provider {
        ONEDNN,
        OPENBLAS
    }

    private static final class KindName extends Convert.Name<Kind> {
        KindName() {
            super(Kind.class);
        }
    }

    private static final class PrecisionName extends Convert.Name<Precision> {
        PrecisionName() {
            super(Precision.class);
        }
    }

    private static final class ProviderName extends Convert.Name<Provider> {
        ProviderName() {
            super(Provider.class);
        }
    }

    void check() {
        if (kind == Kind.CUDA) {
            throw new BadInput(NO_CUDA);
        }
    }

    boolean isOpenBlasOnly() {
        return provider == Provider.OPENBLAS;
    }

    Device open() {
        check();
        if (threads == null && provider == Provider.ONEDNN) {
            return kind == Kind.BEST ? Device.best() : Device.cpu();
        }
        return Device.cpu(
                threads == null ? CpuBackend.physicalCores() : threads,
                provider == Provider.OPENBLAS ? Device.Provider.OPENBLAS : Device.Provider.BEST);
    }
}
