package schuss.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import schuss.Device;
import schuss.backend.cpu.SystemMemory;
import schuss.backend.cuda.GpuCheck;
import schuss.backend.cuda.runtime.CudaInfo;
import schuss.backend.cuda.runtime.CudaLibraries;
import schuss.cli.options.DeviceOptions;
import schuss.datasets.FashionMnist;
import schuss.report.Versions;

/** {@code schuss doctor}. */
@Command(name = "doctor", sortOptions = false, description = "Prints what Schuss finds on this machine.")
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.println("schuss: " + Versions.schuss());
        out.println("java: " + System.getProperty("java.runtime.version") + ", " + System.getProperty("java.vm.name")
                + ", " + System.getProperty("java.home"));
        out.println("system: " + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch"));
        out.println("processor: " + line("/proc/cpuinfo", "model name") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors to use");
        SystemMemory memory = SystemMemory.now();
        out.println("memory: " + (memory.free() >> 10) + " kB free of " + (memory.total() >> 10)
                + " kB, Java heap at most " + (Runtime.getRuntime().maxMemory() >> 10) + " kB");
        out.println("libraries: " + libraries());
        try (Device device = Device.cpu()) {
            out.println(device.describe() + ", " + device.threads() + " threads");
        }
        boolean works = cuda(out);
        Path cache = FashionMnist.cacheFolder();
        out.println("data cache: " + cache + (Files.isDirectory(cache) ? "" : ", not there yet"));
        return works ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /**
     * The GPU and the versions, where the libraries lie, and whether they work; or why there is none, which is no failure.
     *
     * @return false for a GPU that cannot be used
     */
    private static boolean cuda(PrintWriter out) {
        if (Device.cudaUnavailabilityCause().isPresent()) {
            out.println(DeviceOptions.unavailable());
            return true;
        }
        CudaInfo info = CudaLibraries.info();
        out.println("cuda: available: " + info);
        info.files().forEach(file -> out.println("  " + file));
        GpuCheck check = GpuCheck.run();
        if (check.totalBytes() > 0) { // it could be asked
            out.printf(
                    Locale.ROOT, "cuda: %.1f GB free of %.1f GB%n", check.freeBytes() / 1e9, check.totalBytes() / 1e9);
        }
        out.println(check.compiler()
                .map(version -> "cuda: NVRTC " + version)
                .orElse("cuda: no NVRTC: formulas are interpreted, which is slower (pip install nvidia-cuda-nvrtc)"));
        check.failures().forEach(failure -> out.println("cuda: " + failure));
        out.printf(
                Locale.ROOT,
                "cuda: checked in %.1f s: %s%n",
                check.seconds(),
                check.failures().isEmpty()
                        ? "memory, kernels, a matrix product and a convolution work"
                        : "it cannot be used as it is");
        return check.failures().isEmpty();
    }

    /** The jars with native libraries, whose names tell the versions. */
    static String libraries() {
        return Arrays.stream(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
                .map(entry -> Path.of(entry).getFileName().toString())
                .filter(name -> name.matches("(javacpp|openblas|dnnl|cuda)-.*\\d\\.jar|(openblas|dnnl|cuda)-.*\\.jar"))
                .map(name -> name.substring(0, name.length() - ".jar".length()))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String line(String file, String key) {
        try {
            for (String line : Files.readAllLines(Path.of(file))) {
                if (line.toLowerCase(Locale.ROOT).startsWith(key.toLowerCase(Locale.ROOT))) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        } catch (IOException e) {
            return "unknown";
        }
        return "unknown";
    }
}
