package schuss.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import schuss.Device;
import schuss.backend.cuda.CudaInfo;
import schuss.backend.cuda.CudaLibraries;
import schuss.data.FashionMnist;
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
        out.println("memory: " + line("/proc/meminfo", "MemAvailable") + " free of " + line("/proc/meminfo", "MemTotal")
                + ", Java heap at most " + (Runtime.getRuntime().maxMemory() >> 10) + " kB");
        out.println("libraries: " + libraries());
        try (Device device = Device.cpu()) {
            out.println(device.describe() + ", " + device.threads() + " threads");
        }
        cuda().forEach(out::println);
        Path cache = FashionMnist.cacheFolder();
        out.println("data cache: " + cache + (Files.isDirectory(cache) ? "" : ", not there yet"));
        return 0;
    }

    /** The GPU and the versions, then where the libraries lie; or why there is none. */
    private static List<String> cuda() {
        if (Device.cudaUnavailabilityCause().isPresent()) {
            return List.of(DeviceOptions.unavailable());
        }
        CudaInfo info = CudaLibraries.info();
        List<String> lines = new ArrayList<>(List.of("cuda: available: " + info));
        info.files().forEach(file -> lines.add("  " + file));
        return lines;
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
