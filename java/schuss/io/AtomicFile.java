package schuss.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.UUID;

/** Writes files that appear whole or not at all. */
public final class AtomicFile {
    private static final String PREFIX = ".schuss-";
    private static final String SUFFIX = ".tmp";

    private AtomicFile() {}

    /** Writes the content of a file. */
    public interface Content {
        void write(FileChannel out) throws IOException;
    }

    /**
     * Checks that {@link #write} could make this file. An empty file is made beside it and deleted: permissions do not
     * tell all, as in {@code /proc}.
     *
     * @throws IllegalArgumentException if not; the message names the file and says why
     */
    public static void checkWritable(Path path) {
        checkPlace(path);
        Path folder = target(path).getParent();
        try {
            Path probe = temporary(folder);
            Files.createFile(probe);
            Files.delete(probe);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    path + ": expected a folder " + folder + " in which files can be made, got one that refuses: "
                            + reason(e),
                    e);
        }
    }

    /** What the system said, without the name of our temporary file. */
    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException system ? system.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }

    private static Path temporary(Path folder) {
        return folder.resolve(PREFIX + UUID.randomUUID() + SUFFIX);
    }

    /** Deletes what writers that were killed have left in a folder; for one that nobody else is writing to. */
    public static void clean(Path folder) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void checkPlace(Path path) {
        Path folder = target(path).getParent();
        String problem = null;
        if (folder == null || Files.isDirectory(path)) {
            problem = "expected the name of a file, got a folder";
        } else if (!Files.exists(folder)) {
            problem = "expected an existing folder " + folder + ", got none";
        } else if (!Files.isDirectory(folder)) {
            problem = "expected a folder " + folder + ", got a file";
        } else if (Files.exists(path) && !Files.isRegularFile(path)) {
            problem = "expected a new or a regular file, got a device or the like";
        } else if (Files.exists(path) && !Files.isWritable(path)) {
            problem = "expected a file that may be replaced, got one without permission to write";
        } else if (!Files.isWritable(folder)) {
            problem = "expected a folder " + folder + " with permission to write, got one without";
        }
        if (problem != null) {
            throw new IllegalArgumentException(path + ": " + problem);
        }
    }

    /**
     * Writes a temporary file in the same folder, forces it to disk and renames it. The new file has the permissions
     * of the one it replaces; a symbolic link stays one.
     */
    public static void write(Path path, Content content) throws IOException {
        checkPlace(path);
        Path target = target(path);
        Interrupts.held(() -> {
            replace(target, content);
            return null;
        });
    }

    private static void replace(Path target, Content content) throws IOException {
        Path folder = target.getParent();
        Path temporary = temporary(folder);
        boolean done = false;
        try {
            // not Files.createTempFile: it would leave the file readable by its owner only
            try (FileChannel out =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.write(out);
                out.force(true);
            }
            copyPermissions(target, temporary);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            done = true;
        } finally {
            if (!done) {
                Files.deleteIfExists(temporary);
            }
        }
        force(folder);
    }

    /** {@link #write(Path, Content)} of a buffer's remaining bytes; its position stays. */
    public static void write(Path path, ByteBuffer bytes) throws IOException {
        write(path, out -> {
            ByteBuffer rest = bytes.duplicate();
            while (rest.hasRemaining()) {
                out.write(rest);
            }
        });
    }

    /** The file that a link leads to, so that a link stays one. */
    private static Path target(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException notThere) {
            return path.toAbsolutePath();
        }
    }

    private static void copyPermissions(Path from, Path to) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(from, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view != null && Files.exists(from)) {
            Files.setPosixFilePermissions(to, view.readAttributes().permissions());
        }
    }

    /** Makes the rename itself last; some systems cannot open a folder, and there is nothing to do about it. */
    private static void force(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            return;
        }
    }
}
