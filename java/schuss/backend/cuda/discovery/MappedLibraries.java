package schuss.backend.cuda.discovery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds which of CUDA's libraries the process has loaded already, and from where. Two copies of one would not know of
 * each other.
 */
public final class MappedLibraries {
    private static final int FIELDS_BEFORE_PATH = 5;

    private final Map<CudaLibrary, Set<Path>> files = new TreeMap<>();

    private MappedLibraries() {}

    /** As the system tells it; nothing where it does not. */
    public static MappedLibraries of(Path maps) {
        MappedLibraries mapped = new MappedLibraries();
        try {
            // names may hold any bytes
            Files.readAllLines(maps, StandardCharsets.ISO_8859_1).forEach(mapped::add);
        } catch (IOException e) {
            return mapped;
        }
        return mapped;
    }

    private void add(String line) {
        String[] fields = line.strip().split("\\s+", FIELDS_BEFORE_PATH + 1);
        if (fields.length <= FIELDS_BEFORE_PATH || !fields[FIELDS_BEFORE_PATH].startsWith("/")) {
            return;
        }
        byte[] bytes = fields[FIELDS_BEFORE_PATH].getBytes(StandardCharsets.ISO_8859_1);
        Path file = Path.of(new String(bytes, StandardCharsets.UTF_8));
        String name = file.getFileName().toString();
        CudaLibrary.all()
                .filter(library -> library.isNamed(name))
                .forEach(library ->
                        files.computeIfAbsent(library, l -> new TreeSet<>()).add(file));
    }

    public Set<Path> files(CudaLibrary library) {
        return files.getOrDefault(library, Set.of());
    }

    /**
     * Fails where a library is, or with those to load would be, in the process twice.
     *
     * @param chosen those that are to be loaded, or have been
     */
    public void expectOneCopy(Map<CudaLibrary, Path> chosen) throws CudaUnavailable {
        for (CudaLibrary library : CudaLibrary.values()) {
            Set<Path> copies = files(library);
            if (copies.size() > 1) {
                throw new CudaUnavailable(
                        "two copies of " + library.file() + " are in this process: "
                                + String.join(
                                        " and ",
                                        copies.stream().map(Path::toString).toList()),
                        "Let whatever else uses CUDA here take the same one, with LD_LIBRARY_PATH or -D"
                                + Surroundings.PROPERTY + "=FOLDER");
            }
            Path ours = chosen.get(library);
            if (ours != null && !copies.isEmpty() && !copies.contains(real(ours))) {
                Path other = copies.iterator().next();
                throw new CudaUnavailable(
                        library.file() + " is already in this process, from " + other + "; a second copy, " + ours
                                + ", must not be loaded beside it",
                        "Start Java with -D" + Surroundings.PROPERTY + "=" + other.getParent());
            }
        }
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file;
        }
    }
}
