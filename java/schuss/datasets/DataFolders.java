package schuss.datasets;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import schuss.data.DataException;
import schuss.data.files.FileSet;
import schuss.data.files.IdxSet;
import schuss.internal.CacheFolder;
import schuss.internal.Interrupts;

/**
 * The places where a data set is looked for, in this order: a system folder, the cache folder, then the sources, from
 * which it is downloaded into the cache.
 *
 * @param system the folder into which the system's package installs the data set
 * @param cache the folder of all cached data sets
 * @param sources where to download from, in order
 */
public record DataFolders(Path system, Path cache, List<Source> sources) {
    private static final Duration STALE = Duration.ofDays(1);

    static DataFolders of(String system, Source... sources) {
        return new DataFolders(
                Path.of(system), cacheFolder(System.getenv(), System.getProperty("user.home")), List.of(sources));
    }

    /** The user's cache folder, or one in the folder for temporary files if there is none. */
    static Path cacheFolder(Map<String, String> environment, String home) {
        return CacheFolder.of(environment, home).orElseGet(() -> {
            try {
                return CacheFolder.make(CacheFolder.temporary());
            } catch (IOException taken) {
                return CacheFolder.temporary().resolveSibling("schuss-" + UUID.randomUUID());
            }
        });
    }

    /**
     * Uses the first folder that has the data set, and downloads it if none has.
     *
     * @param set the files of the data set
     * @param progress receives a line at the start of each download and for each source that fails
     * @param use reads a folder; it throws {@link DataException} if the folder does not have the data set
     * @param <T> the type of the result
     * @return what {@code use} returns
     * @throws DataException if no place has the data set; the message names each place and the reason
     */
    public <T> T first(FileSet set, Consumer<String> progress, Function<Path, T> use) {
        List<String> failures = new ArrayList<>();
        Path cached = cache.resolve(set.name());
        for (Path folder : List.of(system, cached)) {
            try {
                return use.apply(folder);
            } catch (DataException e) {
                failures.add(e.getMessage());
            }
        }
        for (Source source : sources) {
            try {
                install(set, source, progress);
                return use.apply(cached);
            } catch (DataException | IOException e) {
                if (Thread.currentThread().isInterrupted() || Interrupts.isCause(e)) {
                    Thread.currentThread().interrupt();
                    throw new DataException(
                            set.name() + ": expected to be fetched to the end, got interrupted: " + source.place()
                                    + ": " + e.getMessage(),
                            e);
                }
                String reason = source.place() + ": " + e.getMessage();
                progress.accept(reason);
                failures.add(reason);
            }
        }
        throw new DataException(set.name() + ": found in none of these places: " + String.join("; ", failures)
                + ". Put its files (" + String.join(", ", names(set))
                + ", each plain or as .gz) into a folder and name"
                + " that: an argument of train and test, or --data-dir FOLDER on the command line");
    }

    /**
     * Downloads into a temporary folder next to the cached data sets, checks all files and then moves each into place
     * atomically. Several processes may do so at the same time, because they replace files by identical ones.
     */
    private void install(FileSet set, Source source, Consumer<String> progress) throws IOException {
        deleteStale(set);
        Path work = Files.createTempDirectory(Files.createDirectories(cache), "." + set.name() + "-");
        try {
            Path fetched = source.fetch(names(set), Files.createDirectory(work.resolve("fetched")), progress);
            Path checked = Files.createDirectory(work.resolve("checked"));
            for (IdxSet.Part part : set.parts()) {
                part.unpack(fetched, checked.resolve(part.name()));
            }
            Path target = Files.createDirectories(cache.resolve(set.name()));
            for (IdxSet.Part part : set.parts()) {
                Files.move(checked.resolve(part.name()), target.resolve(part.name()), StandardCopyOption.ATOMIC_MOVE);
            }
            progress.accept(set.name() + " is in " + target);
        } finally {
            CacheFolder.delete(work);
        }
    }

    /** Deletes what a process left behind that was killed during a download. */
    private void deleteStale(FileSet set) throws IOException {
        if (!Files.isDirectory(cache)) {
            return;
        }
        long limit = Instant.now().minus(STALE).toEpochMilli();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(cache, "." + set.name() + "-*")) {
            for (Path folder : folders) {
                if (folder.toFile().lastModified() < limit) {
                    CacheFolder.delete(folder);
                }
            }
        }
    }

    private static List<String> names(FileSet set) {
        return set.parts().stream().map(IdxSet.Part::name).toList();
    }
}
