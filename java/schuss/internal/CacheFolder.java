package schuss.internal;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Our folders for files that can be downloaded or made again, and the check that nobody else can put files there. */
public final class CacheFolder {
    /**
     * The system property with which a user chooses where native libraries are unpacked. It is that of JavaCPP, through which
     * CUDA is called.
     */
    public static final String PROPERTY = "org.bytedeco.javacpp.cachedir";

    private static final String NAME = "schuss";
    private static final int GROUP_WRITES = 0020;
    private static final int OTHERS_WRITE = 0002;
    private static final int STICKY = 01000; // who may write can still not rename what belongs to others

    private CacheFolder() {}

    /** What {@value #PROPERTY} names. */
    public static Optional<Path> chosen() {
        return Optional.ofNullable(System.getProperty(PROPERTY))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder).toAbsolutePath());
    }

    /** {@link #of} for this process. */
    public static Optional<Path> ofUser() {
        return of(System.getenv(), System.getProperty("user.home", ""));
    }

    /**
     * {@code $SCHUSS_CACHE}, else {@code $XDG_CACHE_HOME/schuss}, else {@code ~/.cache/schuss}; empty for a user without a
     * home, to whom Java gives the home {@code ?}.
     */
    public static Optional<Path> of(Map<String, String> environment, String home) {
        String own = environment.getOrDefault("SCHUSS_CACHE", "");
        if (!own.isEmpty()) {
            return Optional.of(Path.of(own).toAbsolutePath());
        }
        // the XDG rules say that a relative path is to be ignored
        return absolute(environment.get("XDG_CACHE_HOME"))
                .or(() -> absolute(home)
                        .or(() -> absolute(environment.get("HOME")))
                        .map(folder -> folder.resolve(".cache")))
                .map(folder -> folder.resolve(NAME));
    }

    private static Optional<Path> absolute(String folder) {
        try {
            return Optional.ofNullable(folder).map(Path::of).filter(Path::isAbsolute);
        } catch (InvalidPathException e) { // in a locale without its letters
            return Optional.empty();
        }
    }

    /** For a user without a home: a folder among temporary files, with the user's number in its name. */
    public static Path temporary() {
        return temporaryFiles().resolve(NAME + "-" + user());
    }

    /** Where {@link #temporary} belongs to somebody else: a new folder that no other run will find. */
    public static Path fresh() throws IOException {
        return Files.createTempDirectory(temporaryFiles(), NAME + "-");
    }

    private static Path temporaryFiles() {
        return Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
    }

    /**
     * Makes a folder where there is none, readable by its owner alone.
     *
     * @return the folder without symbolic links on the way
     * @throws IOException if that is not possible, or somebody else could put something there
     */
    public static Path make(Path folder) throws IOException {
        if (isPosix(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(folder);
        }
        return expectOurs(folder);
    }

    /**
     * Checks a file or folder and all folders that it lies in: each belongs to this user, to root or to whom the system's
     * root folder belongs, and nobody else may write there. In folders such as {@code /tmp} others may, but not touch what
     * is not theirs. A group of the owner's name counts as the owner.
     *
     * @return the same without symbolic links on the way
     * @throws IOException naming what somebody else could change, or if it is not there
     */
    public static Path expectOurs(Path path) throws IOException {
        Path real = path.toRealPath();
        if (!isPosix(real)) {
            return real;
        }
        Set<Object> trusted = Set.copyOf(Arrays.asList(user(), 0, Files.getAttribute(real.getRoot(), "unix:uid")));
        for (Path at = real; at != null; at = at.getParent()) {
            Map<String, Object> seen = Files.readAttributes(at, "unix:uid,mode,owner,group", LinkOption.NOFOLLOW_LINKS);
            if (!trusted.contains(seen.get("uid"))) {
                throw new IOException(
                        "expected " + at + " to belong to this user or root, got the owner " + seen.get("owner"));
            }
            int mode = (Integer) seen.get("mode");
            boolean shared = (mode & OTHERS_WRITE) != 0
                    || ((mode & GROUP_WRITES) != 0
                            && !seen.get("group")
                                    .toString()
                                    .equals(seen.get("owner").toString()));
            if (shared && (at.equals(real) || (mode & STICKY) == 0)) {
                throw new IOException("expected " + at + " to be writable by its owner alone, got "
                        + Integer.toOctalString(mode & 07777));
            }
        }
        return real;
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("unix");
    }

    /** The number of the user that this process runs as; the name where the system does not tell. */
    private static Object user() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("Uid:")) {
                    return Integer.valueOf(line.split("\\s+")[2]); // the effective one comes second
                }
            }
        } catch (IOException e) {
            return System.getProperty("user.name");
        }
        return System.getProperty("user.name");
    }

    /** Deletes of a folder what can be deleted. */
    public static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new Deletion());
        } catch (IOException e) {
            return; // what stays is no reason to fail
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
