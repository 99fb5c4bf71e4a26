package schuss.backend.cpu;

import java.io.IOException;
import java.net.URL;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import schuss.backend.UnavailableException;
import schuss.backend.kernels.LibraryFile;
import schuss.internal.CacheFolder;

/**
 * Loads our native library. The system looks for the libraries it depends on beside it, so all are extracted from their
 * jars into a folder that nobody else can write to. The libraries we depend on go into a folder named after their
 * content; our own, of which there are many builds, goes there too, under a name that identifies the build. Files there
 * are never overwritten.
 */
final class NativeLibraries {
    private static final String WHAT = "native libraries: ";
    private static final String OURS = "libjnischuss";
    private static final List<String> NEEDED = List.of(
            "/org/bytedeco/dnnl/%s/libgomp.so.1",
            "/org/bytedeco/dnnl/%s/libdnnl.so.3",
            "/org/bytedeco/openblas/%s/libquadmath.so.0",
            "/org/bytedeco/openblas/%s/libgfortran.so.5",
            "/org/bytedeco/openblas/%s/libopenblas.so.0");
    private static final Duration FORGOTTEN = Duration.ofDays(30);

    private final LibraryFile ours;
    private final List<LibraryFile> needed = new ArrayList<>();

    private NativeLibraries() throws IOException {
        String platform = platform();
        ours = find(platform + "/" + OURS + ".so", platform, "schuss");
        for (String resource : NEEDED) {
            needed.add(find(resource.formatted(platform), platform, "org.bytedeco:" + resource.split("/")[3]));
        }
    }

    private static LibraryFile find(String resource, String platform, String jar) throws IOException {
        URL url = Native.class.getResource(resource);
        if (url == null && resource.startsWith("/")) { // of a module, others' files are found by the loader alone
            url = Native.class.getClassLoader().getResource(resource.substring(1));
        }
        if (url == null) {
            throw new UnavailableException(
                    WHAT + "expected on the class path the native jar " + jar + " with the classifier " + platform
                            + ", got none: " + resource.substring(resource.lastIndexOf('/') + 1) + " is missing",
                    null);
        }
        return LibraryFile.of(url);
    }

    /** As the jars call it: {@code linux-x86_64}. */
    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).split(" ")[0];
        String processor = System.getProperty("os.arch");
        return system + "-" + (processor.equals("amd64") ? "x86_64" : processor);
    }

    /**
     * Loads it for the class loader of this class.
     *
     * @throws UnavailableException if a library is missing, or can be loaded from no folder
     */
    static void load() {
        NativeLibraries libraries;
        try {
            libraries = new NativeLibraries();
        } catch (IOException e) {
            throw new UnavailableException(WHAT + "expected to read them from the class path, got " + e, e);
        }
        List<String> problems = new ArrayList<>();
        Throwable last = null;
        for (Path folder : folders()) {
            try {
                libraries.loadFrom(folder);
                return;
            } catch (IOException | UnsatisfiedLinkError e) {
                problems.add(folder + ": " + reason(e));
                last = e;
            }
        }
        if (CacheFolder.chosen().isEmpty() && libraries.isLoadedFromFresh()) {
            return;
        }
        throw new UnavailableException(
                WHAT + "expected a folder to unpack them into and load them from, got " + String.join("; ", problems)
                        + "; -D" + CacheFolder.PROPERTY + "=FOLDER names another",
                last);
    }

    /** The one that is chosen, or the user's and one among temporary files. */
    private static List<Path> folders() {
        Optional<Path> chosen = CacheFolder.chosen();
        if (chosen.isPresent()) {
            return List.of(chosen.get().resolve("schuss"));
        }
        List<Path> folders = new ArrayList<>();
        CacheFolder.ofUser().ifPresent(folder -> folders.add(folder.resolve("natives")));
        folders.add(CacheFolder.temporary().resolve("natives"));
        return folders;
    }

    /** Where somebody else has taken the name of the folder among temporary files. All goes as soon as it is loaded. */
    private boolean isLoadedFromFresh() {
        try {
            Path fresh = CacheFolder.fresh();
            try {
                loadFrom(fresh);
                return true;
            } finally {
                CacheFolder.delete(fresh);
            }
        } catch (IOException | UnsatisfiedLinkError e) {
            return false; // for the same reason as in the folder beside it
        }
    }

    private static String reason(Throwable e) {
        String said = String.valueOf(e.getMessage());
        if (e instanceof AccessDeniedException) {
            return "no permission to write " + said;
        } else if (e instanceof FileAlreadyExistsException) {
            return said + " is no folder";
        } else if (e instanceof NoSuchFileException) {
            return "no folder can be made there";
        } else if (e instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        } else if (said.contains("failed to map segment")) {
            return "nothing that lies there may be run: it is mounted noexec, or the like";
        }
        return said;
    }

    private void loadFrom(Path root) throws IOException {
        Path folder = CacheFolder.make(
                root.resolve(needed.stream().map(LibraryFile::key).collect(Collectors.joining("-"))));
        Path own = folder.resolve(OURS + "-" + ours.key() + ".so");
        if (!isWhole(folder, own)) {
            try (FolderLock lock = FolderLock.of(folder)) { // so that of many first starts one writes
                fill(folder, own);
            }
        }
        try {
            System.load(own.toString());
        } catch (UnsatisfiedLinkError e) {
            // Java lends a file to one class loader only
            if (!String.valueOf(e.getMessage()).contains("already loaded in another classloader")) {
                throw e;
            }
            loadCopy(folder);
        }
    }

    private boolean isWhole(Path folder, Path own) throws IOException {
        for (LibraryFile library : needed) {
            if (!library.is(folder.resolve(library.name()))) {
                return false;
            }
        }
        return ours.is(own);
    }

    private void fill(Path folder, Path own) throws IOException {
        for (LibraryFile library : needed) {
            Path file = folder.resolve(library.name());
            if (!library.is(file)) {
                library.copyTo(file);
            }
        }
        if (!ours.is(own)) {
            deleteForgotten(folder);
            ours.copyTo(own);
        }
    }

    /** Builds of which nobody has begun to use one for long. */
    private static void deleteForgotten(Path folder) throws IOException {
        Instant limit = Instant.now().minus(FORGOTTEN);
        try (DirectoryStream<Path> builds = Files.newDirectoryStream(folder, OURS + "-*")) {
            for (Path build : builds) {
                if (Files.getLastModifiedTime(build).toInstant().isBefore(limit)) {
                    Files.deleteIfExists(build);
                }
            }
        }
    }

    /** From a file that is gone as soon as it is loaded; what the library needs is loaded already. */
    private void loadCopy(Path folder) throws IOException {
        Path copy = folder.resolve(OURS + "-" + UUID.randomUUID() + ".so");
        Path fresh = null;
        try {
            if (!Files.isWritable(folder)) {
                fresh = CacheFolder.fresh();
                copy = fresh.resolve(copy.getFileName());
            }
            ours.copyTo(copy);
            System.load(copy.toString());
        } finally {
            Files.deleteIfExists(copy);
            if (fresh != null) {
                CacheFolder.delete(fresh);
            }
        }
    }
}
