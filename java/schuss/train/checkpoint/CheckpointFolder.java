package schuss.train.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import schuss.FormatException;
import schuss.internal.AtomicFile;
import schuss.io.Safetensors;

/**
 * A folder of checkpoints, named by the batches that had been trained on. Several stay: should one not be readable,
 * there is the one before.
 */
public record CheckpointFolder(Path path) {
    private static final Pattern NAME = Pattern.compile("batch-(\\d{1,18})\\.safetensors");

    /** A checkpoint that is whole, and where it is read from until it is closed. */
    public record Found(Path file, CheckpointFile content, Safetensors open) implements Closeable {
        CheckpointText text() {
            return new CheckpointText(file, content.text());
        }

        @Override
        public void close() throws IOException {
            open.close();
        }
    }

    /**
     * Makes the folder where there is none, takes it for this run alone, and clears away what a process that was killed has
     * left half written. Closing gives it back, as the end of the process does.
     *
     * @throws FormatException if another run writes there
     */
    Closeable take() {
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectory(path);
            }
            FileChannel lock = FileChannel.open(
                    path.resolve(".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);
            if (!isTaken(lock)) {
                lock.close();
                throw new FormatException(path
                        + ": expected a folder for this run's checkpoints alone, got one that another run writes to");
            }
            AtomicFile.clean(path);
            return lock;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    path + ": expected a folder to write checkpoints to, got none that can be made: " + e, e);
        }
    }

    private static boolean isTaken(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // by another run of this process
        }
    }

    /** The files, those of most batches first. */
    public List<Path> files() {
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(path)) {
            return all.filter(file -> batches(file) >= 0)
                    .sorted(Comparator.comparingLong(CheckpointFolder::batches).reversed())
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new FormatException(path + ": expected a folder that can be read, got " + e.getMessage(), e);
        }
    }

    /** The batches in a file's name; -1 where it is none of ours. */
    private static long batches(Path file) {
        Matcher matcher = NAME.matcher(file.getFileName().toString());
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }

    /**
     * Reads the newest that is whole, with numbers that training can go on from.
     *
     * @param notices hears of each that is not
     * @return empty where there are no files
     * @throws FormatException if there are files and none is whole, or one is of another version
     */
    Optional<Found> newest(Consumer<String> notices) {
        List<Path> files = files();
        String damage = "";
        for (Path file : files) {
            try {
                Found found = open(file);
                checkFinite(found);
                return Optional.of(found);
            } catch (CheckpointFile.OtherVersionException e) {
                throw new FormatException(e.getMessage(), e);
            } catch (FormatException | IOException e) {
                damage = e.getMessage();
                notices.accept("skipped a damaged checkpoint: " + damage);
            }
        }
        if (!files.isEmpty()) {
            throw new FormatException(path + ": expected a checkpoint that is whole, got " + files.size() + " damaged ("
                    + damage + "); delete them to start afresh");
        }
        return Optional.empty();
    }

    private static void checkFinite(Found found) throws IOException {
        try {
            CheckpointNumbers.expectFinite(found.file(), found.content().numbers());
        } catch (Throwable e) {
            found.close();
            throw e;
        }
    }

    private static Found open(Path file) throws IOException {
        Safetensors open = Safetensors.read(file);
        try {
            return new Found(file, CheckpointFile.of(file, open), open);
        } catch (Throwable e) {
            open.close();
            throw e;
        }
    }

    /** Writes a checkpoint and deletes what there is beside the last so many. */
    Path write(long batches, CheckpointFile content, int kept) throws IOException {
        Path file = path.resolve(String.format(Locale.ROOT, "batch-%09d.safetensors", batches));
        AtomicFile.deleteLink(file); // whoever put it there: a checkpoint goes nowhere else
        content.write(file);
        List<Path> all = files();
        // those of more batches were damaged: this run has begun before them
        int newest = all.indexOf(file);
        for (int i = 0; i < all.size(); i++) {
            if (i < newest || i >= newest + kept) {
                Files.deleteIfExists(all.get(i));
            }
        }
        return file;
    }
}
