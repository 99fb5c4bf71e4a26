package schuss.cli.options;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import schuss.CpuOptions;
import schuss.CudaOptions;
import schuss.Device;
import schuss.backend.cpu.CpuBackend;
import schuss.backend.cuda.runtime.CudaException;
import schuss.backend.cuda.runtime.CudaLibraries;

/** The options that choose the device. */
public final class DeviceOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--device",
            paramLabel = "best|cpu|cuda",
            defaultValue = "best",
            converter = KindName.class,
            description = "Where to compute; best, which is the GPU where CUDA is available, unless given.")
    private Kind kind;

    @Option(
            names = "--precision",
            paramLabel = "f32|tf32",
            defaultValue = "f32",
            converter = PrecisionName.class,
            description = "Of numbers; with tf32 a GPU rounds what it multiplies to 10 bits of fraction.")
    private Precision precision;

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = Convert.Threads.class,
            description = "On the CPU, which it chooses; one per physical core unless given.")
    private Integer threads;

    @Option(
            names = "--provider",
            paramLabel = "onednn|openblas",
            defaultValue = "onednn",
            converter = ProviderName.class,
            description =
                    "Who computes matrix products on the CPU, which openblas chooses. With onednn, the tiny ones still go to OpenBLAS.")
    private Provider provider;

    @Option(
            names = "--debug-device",
            description =
                    "Waits for the GPU after every step and looks for NaN, so that an error names its step: slow, to find faults.")
    private boolean debugDevice;

    private enum Kind {
        BEST,
        CPU,
        CUDA
    }

    private enum Precision {
        F32,
        TF32
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

    /** Refuses what cannot be had, before anything is read. */
    public void check() {
        if (kind == Kind.CUDA && ofCpu().isPresent()) {
            throw new BadInput(ofCpu().get() + ": expected with the CPU only, got it with --device cuda");
        }
        if (kind == Kind.CUDA && !isCuda()) {
            throw new BadInput(unavailable());
        }
        if (precision == Precision.TF32 && !isCuda()) {
            throw new BadInput("--precision: expected f32 on the CPU, got tf32" + whyNoGpu());
        }
        if (debugDevice && !isCuda()) {
            throw new BadInput("--debug-device: expected with a GPU only, got it with the CPU" + whyNoGpu());
        }
    }

    /** Where the best device was wanted, or nothing was said: why that is not a GPU. */
    private String whyNoGpu() {
        return kind == Kind.BEST && ofCpu().isEmpty() ? "; " + unavailable() : "";
    }

    /** What a row of measurements says about the device, after the program's name. */
    public String suffix(Device device) {
        return (isGpu(device) ? "-cuda" : "")
                + (precision == Precision.TF32 ? "-tf32" : "")
                + (provider == Provider.OPENBLAS ? "-openblas" : "");
    }

    public static boolean isGpu(Device device) {
        return device.kind().equals("cuda");
    }

    /** Whether the device is to be a GPU. The first question looks for CUDA, unless the CPU is chosen. */
    private boolean isCuda() {
        return kind != Kind.CPU
                && ofCpu().isEmpty()
                && Device.cudaUnavailabilityCause().isEmpty();
    }

    /** An option given that only the CPU has. */
    private Optional<String> ofCpu() {
        return threads != null
                ? Optional.of("--threads")
                : provider == Provider.OPENBLAS ? Optional.of("--provider") : Optional.empty();
    }

    public static String unavailable() {
        return CudaLibraries.UNAVAILABLE + Device.cudaUnavailabilityCause().orElseThrow();
    }

    /** Writes down what a device has become of these options. */
    public static void describe(Device device, Map<String, Object> settings) {
        settings.put("device", device.kind());
        if (device.kind().equals("cpu")) {
            settings.put("threads", device.threads());
        }
    }

    public Device open() {
        check();
        if (kind == Kind.BEST && precision == Precision.F32 && !debugDevice && ofCpu().isEmpty()) {
            return best();
        }
        return isCuda()
                ? cuda()
                : Device.cpu(
                        threads == null ? CpuBackend.physicalCores() : threads,
                        provider == Provider.OPENBLAS ? CpuOptions.Provider.OPENBLAS : CpuOptions.Provider.BEST);
    }

    private Device best() {
        Device device = Device.best();
        if (!isCuda() && (isDebug() || CudaLibraries.isExpected())) { // who has a GPU would miss it without a word
            command.commandLine().getErr().println("best device: cpu; " + unavailable());
        }
        return device;
    }

    private Device cuda() {
        try {
            return Device.cuda(
                    CudaOptions.DEFAULT.withTf32(precision == Precision.TF32).withDebug(debugDevice));
        } catch (CudaException e) {
            throw new BadInput(
                    CudaLibraries.UNAVAILABLE + e.getMessage() + ". Let other processes leave it, or use the CPU");
        }
    }

    private boolean isDebug() {
        return command.root().optionsMap().get("--debug").getValue();
    }
}
