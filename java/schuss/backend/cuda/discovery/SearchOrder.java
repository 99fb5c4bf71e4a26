package schuss.backend.cuda.discovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The places where CUDA may be installed, in order of preference: the one our system property names, and no other if it
 * is set; the toolkit of the environment; what pip and conda installed; the toolkit's default folder; the loader's
 * path.
 */
final class SearchOrder {
    private static final String PIP_PACKAGES = "nvidia";
    /** CUDA 13's wheels share this folder; cuDNN's has one of its own, as all had before. */
    private static final String PIP_SHARED = "cu13";

    private final Surroundings around;

    SearchOrder(Surroundings around) {
        this.around = around;
    }

    /** Those that exist, each once. */
    List<Location> places() {
        Set<Path> seen = new HashSet<>();
        List<Location> places = new ArrayList<>();
        candidates().forEach(place -> {
            List<Path> folders =
                    place.folders().stream().filter(Files::isDirectory).toList();
            if (!folders.isEmpty() && seen.add(real(place.name()))) {
                places.add(new Location(place.name(), folders));
            }
        });
        return places;
    }

    /** Where the driver's library may be. */
    Stream<Path> driverFolders() {
        return Stream.of(
                        settingFolders(),
                        around.variable("LD_LIBRARY_PATH"),
                        systemFolders(),
                        Stream.of("/usr/local/nvidia/lib64", "/usr/local/nvidia/lib", "/usr/lib/wsl/lib")
                                .map(around::at),
                        Stream.of("/run/opengl-driver/lib", "/usr/local/cuda/compat")
                                .map(around::at))
                .flatMap(folders -> folders);
    }

    Stream<Path> settingFolders() {
        return around.paths(around.setting().orElse(""));
    }

    private Stream<Location> candidates() {
        if (around.setting().isPresent()) {
            List<Path> folders = settingFolders().toList();
            Location together = new Location(Path.of(around.setting().get()), folders);
            return folders.size() > 1
                    ? Stream.concat(together.singly(), Stream.of(together))
                    : folders.stream().map(Location::of);
        }
        return Stream.of(
                        toolkits(Stream.of("CUDA_HOME", "CUDA_PATH").flatMap(around::variable)),
                        wheels(prefixes()),
                        around.variable("CONDA_PREFIX").flatMap(this::toolkit),
                        toolkits(Stream.of(around.at("/usr/local/cuda"))),
                        toolkits(Surroundings.list(Stream.of(around.at("/usr/local")), "cuda-13*")
                                .sorted(Comparator.reverseOrder())),
                        around.variable("LD_LIBRARY_PATH").map(Location::of),
                        systemFolders().map(Location::of),
                        Stream.of(Location.of(around.at("/usr/local/nvidia/lib64"))))
                .flatMap(places -> places);
    }

    private Stream<Path> systemFolders() {
        return Stream.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib").map(around::at);
    }

    // ---- toolkits ----

    private Stream<Location> toolkits(Stream<Path> roots) {
        return roots.flatMap(this::toolkit);
    }

    private Stream<Location> toolkit(Path root) {
        return Stream.of("lib64", "targets/x86_64-linux/lib", "lib")
                .map(root::resolve)
                .map(Location::of);
    }

    // ---- what pip and conda installed ----

    /** Folders with {@code lib/python3.x} in them. */
    private Stream<Path> prefixes() {
        Path opt = around.at("/opt");
        return Stream.of(
                        around.variable("VIRTUAL_ENV"),
                        around.variable("CONDA_PREFIX"),
                        Stream.of(around.at("/usr"), around.at("/usr/local")),
                        Surroundings.list(Stream.of(opt), "*"),
                        Surroundings.list(Surroundings.list(Stream.of(opt), "*"), "{.venv,venv,env,conda,python*}"),
                        Surroundings.list(
                                Surroundings.list(Stream.of(opt), "*").map(folder -> folder.resolve("envs")), "*"),
                        around.variable("HOME").map(home -> home.resolve(".local")))
                .flatMap(folders -> folders);
    }

    private Stream<Location> wheels(Stream<Path> prefixes) {
        Stream<Path> packages = Surroundings.list(
                        Surroundings.list(prefixes.map(prefix -> prefix.resolve("lib")), "python3*"),
                        "{site,dist}-packages")
                .map(folder -> folder.resolve(PIP_PACKAGES));
        return packages.filter(Files::isDirectory).flatMap(this::wheels);
    }

    /** The shared folder, then all others together: they belong to another version of CUDA. */
    private Stream<Location> wheels(Path packages) {
        Path shared = packages.resolve(PIP_SHARED).resolve("lib");
        List<Path> others = Surroundings.list(Stream.of(packages), "*")
                .map(folder -> folder.resolve("lib"))
                .filter(folder -> !folder.equals(shared))
                .toList();
        return Stream.of(Location.of(shared), new Location(packages, others));
    }

    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            return folder;
        }
    }
}
