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
 * Where a set is looked for: a folder of the system, then our cache, then each source in turn, which fills the cache.
 *
 * @param system the folder into which the system's package installs the set
 * @param cache the folder of all our cached sets
 */
public record DataFolders(Path system, Path cache, List<Source> sources) {
    private static final Duration STALE = Duration.ofDays(1);

    static DataFolders of(String system, Source... sources) {
        return new DataFolders(
                Path.of(system), cacheFolder(System.getenv(), System.getProperty("user.home")), List.of(sources));
    }

    /** The user's, else one among temporary files. */
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
     * What {@code use} makes of the first folder that it accepts; it rejects a folder by a {@link DataException}.
     *
     * @throws DataException if no folder was accepted; the message names each and why
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
                + ", each plain or as .gz) into a folder and name it:"
                + " --data-dir FOLDER");
    }

    /**
     * Fetches into a temporary folder beside the cached sets, checks all files and then moves each into place at once.
     * Other processes may do the same at the same time: whoever replaces a file replaces it by the same bytes.
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

    /** Removes what a process left that was killed while it fetched. */
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
