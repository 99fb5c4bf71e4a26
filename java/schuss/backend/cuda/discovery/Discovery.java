package schuss.backend.cuda.discovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds CUDA's libraries by looking at files only, so that without a GPU nothing is loaded and little time is spent.
 * The toolkit's libraries come from one place, and cuDNN's from one, so the process never gets a second copy of either.
 */
public final class Discovery {
    /** The first driver of CUDA 13. */
    private static final int OLDEST_DRIVER = 580;

    private static final int PLACES_NAMED = 3;
    private static final Pattern DRIVER_FILE = Pattern.compile("libcuda\\.so\\.(\\d{2,}(\\.\\d+)+)");
    private static final Pattern DRIVER_LINE = Pattern.compile("Kernel Module.*?\\s(\\d{2,}(\\.\\d+)+)\\s");
    private static final String SET_PROPERTY = "-D" + Surroundings.PROPERTY + "=FOLDER names where they are";

    private final Surroundings around;
    private final SearchOrder order;

    private Discovery(Surroundings around) {
        this.around = around;
        this.order = new SearchOrder(around);
    }

    /** @throws CudaUnavailable telling the first thing that is missing, and where it comes from */
    public static Installation find(Surroundings around) throws CudaUnavailable {
        return new Discovery(around).find();
    }

    private Installation find() throws CudaUnavailable {
        expectNamedFolders();
        Path driver = driver();
        Optional<String> version = version(driver);
        expectNewEnough(version);
        expectJars();
        List<Location> places = order.places();
        Map<CudaLibrary, Path> libraries = new EnumMap<>(CudaLibrary.class);
        libraries.put(CudaLibrary.DRIVER, driver);
        libraries.putAll(toolkit(places));
        libraries.putAll(cudnn(places, libraries.get(CudaLibrary.CUBLAS)));
        MappedLibraries.of(around.at("/proc/self/maps")).expectOneCopy(libraries);
        return new Installation(libraries, version);
    }

    private void expectNamedFolders() throws CudaUnavailable {
        List<Path> wrong = order.settingFolders()
                .filter(folder -> !Files.isDirectory(folder))
                .toList();
        if (!wrong.isEmpty()) {
            throw new CudaUnavailable(
                    Surroundings.PROPERTY + ": expected folders, got " + wrong.get(0) + ", which is none",
                    "Name those that hold CUDA's libraries, several with : between");
        }
    }

    // ---- the driver ----

    private Path driver() throws CudaUnavailable {
        String file = CudaLibrary.DRIVER.file();
        // who brings a driver's library along needs no device file
        Optional<Path> own = firstWith(order.settingFolders(), file);
        if (own.isPresent()) {
            return own.get();
        }
        if (!hasDeviceFile(around)) {
            String named = order.settingFolders().map(Path::toString).collect(Collectors.joining(", "));
            throw new CudaUnavailable(
                    "no NVIDIA GPU: there is no /dev/nvidiactl"
                            + (named.isEmpty() ? "" : ", and no readable " + file + " in " + named),
                    "Use a machine that has one; a container is given it with --gpus all");
        }
        return firstWith(order.driverFolders(), file)
                .orElseThrow(() -> new CudaUnavailable(
                        "no NVIDIA driver: " + file + " not found in " + shortened(order.driverFolders()),
                        "Install the NVIDIA driver, " + OLDEST_DRIVER
                                + " or later, or put the folder of its library on LD_LIBRARY_PATH"));
    }

    private static boolean hasDeviceFile(Surroundings around) {
        return Stream.of("/dev/nvidiactl", "/dev/nvidia0", "/dev/dxg")
                .map(around::at)
                .anyMatch(Files::exists);
    }

    /** Whether something says that there is to be a GPU: a driver's device file, or the property for its libraries. */
    public static boolean isExpected(Surroundings around) {
        return around.setting().isPresent() || hasDeviceFile(around);
    }

    private static Optional<Path> firstWith(Stream<Path> folders, String file) {
        return folders.map(folder -> folder.resolve(file))
                .filter(Files::isReadable)
                .findFirst();
    }

    /** Of the library, which its file's name tells; else of the module in the kernel. */
    private Optional<String> version(Path driver) {
        try {
            Matcher name = DRIVER_FILE.matcher(driver.toRealPath().getFileName().toString());
            if (name.matches()) {
                return Optional.of(name.group(1));
            }
            if (order.settingFolders().anyMatch(driver.getParent()::equals)) {
                return Optional.empty();
            }
            Matcher line = DRIVER_LINE.matcher(Files.readString(around.at("/proc/driver/nvidia/version")));
            return line.find() ? Optional.of(line.group(1)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // the driver itself will tell
        }
    }

    private static void expectNewEnough(Optional<String> version) throws CudaUnavailable {
        if (version.isPresent() && major(version.get()) < OLDEST_DRIVER) {
            throw new CudaUnavailable(
                    "the NVIDIA driver is too old for CUDA 13: expected " + OLDEST_DRIVER + " or later, got "
                            + version.get(),
                    "Install a newer one");
        }
    }

    /** 580 of 580.65.06. */
    private static int major(String version) {
        return Integer.parseInt(version.substring(0, version.indexOf('.')));
    }

    private void expectJars() throws CudaUnavailable {
        List<String> missing = around.missingJars();
        if (!missing.isEmpty()) {
            throw new CudaUnavailable(
                    String.join(" and ", missing) + " not on the class path",
                    "Add what is missing as a dependency; ./schuss does with SCHUSS_CUDA=1");
        }
    }

    // ---- the toolkit and cuDNN ----

    private Map<CudaLibrary, Path> toolkit(List<Location> places) throws CudaUnavailable {
        for (Location place : places) {
            Map<CudaLibrary, Path> found = place.find(CudaLibrary.TOOLKIT);
            if (found.size() == CudaLibrary.TOOLKIT.size()) {
                found.putAll(place.find(CudaLibrary.COMPILER));
                return found;
            }
        }
        String fix = "Install CUDA 13 (pip install nvidia-cuda-runtime nvidia-cublas nvidia-cuda-nvrtc"
                + " nvidia-cudnn-cu13); " + SET_PROPERTY;
        Optional<Location> nearest = fullest(places, CudaLibrary.TOOLKIT);
        if (nearest.isPresent()) {
            throw new CudaUnavailable(
                    "CUDA is not complete: " + missing(nearest.get(), CudaLibrary.TOOLKIT) + " not found in "
                            + nearest.get().name() + ", which has "
                            + names(nearest.get().find(CudaLibrary.TOOLKIT).keySet().stream()),
                    fix);
        }
        throw new CudaUnavailable(
                CudaLibrary.RUNTIME.file() + " not found in "
                        + shortened(places.stream().map(Location::name)),
                fix);
    }

    private Map<CudaLibrary, Path> cudnn(List<Location> places, Path cublas) throws CudaUnavailable {
        List<Location> folders = places.stream().flatMap(Location::singly).toList();
        for (Location folder : folders) {
            Map<CudaLibrary, Path> found = folder.find(CudaLibrary.CUDNN);
            if (found.size() == CudaLibrary.CUDNN.size()) {
                return found;
            }
        }
        String fix = "Install cuDNN 9 for CUDA 13 (pip install nvidia-cudnn-cu13); " + SET_PROPERTY;
        Optional<Location> nearest = fullest(folders, CudaLibrary.CUDNN);
        if (nearest.isPresent()) {
            throw new CudaUnavailable(
                    "cuDNN is not complete: " + missing(nearest.get(), CudaLibrary.CUDNN) + " not found in "
                            + nearest.get().name(),
                    fix);
        }
        throw new CudaUnavailable(
                "cuDNN is missing: " + CudaLibrary.CUDNN_GRAPH.file() + " not found in "
                        + shortened(places.stream().map(Location::name)) + ", though "
                        + CudaLibrary.CUBLAS.file() + " is in " + cublas.getParent(),
                fix);
    }

    /** The place with most of the libraries, the first of equals; none where no place has any. */
    private static Optional<Location> fullest(List<Location> places, List<CudaLibrary> libraries) {
        Comparator<Location> byCount =
                Comparator.comparingInt(place -> place.find(libraries).size());
        return places.stream()
                .reduce((a, b) -> byCount.compare(b, a) > 0 ? b : a)
                .filter(place -> !place.find(libraries).isEmpty());
    }

    private static String missing(Location place, List<CudaLibrary> libraries) {
        return names(libraries.stream().filter(library -> place.find(library).isEmpty()));
    }

    private static String names(Stream<CudaLibrary> libraries) {
        return libraries.map(CudaLibrary::file).collect(Collectors.joining(", "));
    }

    private static String shortened(Stream<Path> searched) {
        List<Path> folders =
                searched.filter(folder -> Files.isDirectory(folder)).distinct().toList();
        String first = folders.stream().limit(PLACES_NAMED).map(Path::toString).collect(Collectors.joining(", "));
        int more = folders.size() - PLACES_NAMED;
        return folders.isEmpty() ? "any known place" : first + (more > 0 ? " and " + more + " more" : "");
    }
}
