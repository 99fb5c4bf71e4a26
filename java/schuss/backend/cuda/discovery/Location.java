package schuss.backend.cuda.discovery;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Folders whose libraries belong together.
 *
 * @param name the folder that errors mention
 * @param folders the folders
 */
record Location(Path name, List<Path> folders) {
    static Location of(Path folder) {
        return new Location(folder, List.of(folder));
    }

    Optional<Path> find(CudaLibrary library) {
        for (Path folder : folders) {
            Path file = folder.resolve(library.file());
            if (Files.isReadable(file) && !Files.isDirectory(file)) {
                return Optional.of(file);
            }
        }
        // a library whose name ends in numbers that only its toolkit knows: the newest
        return library == CudaLibrary.NVRTC_BUILTINS
                ? Surroundings.list(folders.stream(), library.file() + ".*").max(Comparator.naturalOrder())
                : Optional.empty();
    }

    /** Those of the libraries that are here. */
    Map<CudaLibrary, Path> find(List<CudaLibrary> libraries) {
        Map<CudaLibrary, Path> found = new EnumMap<>(CudaLibrary.class);
        libraries.forEach(library -> find(library).ifPresent(file -> found.put(library, file)));
        return found;
    }

    /** Its folders, each alone. */
    Stream<Location> singly() {
        return folders.stream().map(Location::of);
    }
}
