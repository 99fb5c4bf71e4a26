package schuss.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/**
 * Writes files that appear complete or not at all. While a file is written, a temporary file lies in the same folder,
 * locked by its writer. A temporary file that nobody has locked was left by a killed process, and is deleted when the
 * next file is written there.
 */
public final class AtomicFile {
    private static final String PREFIX = ".schuss-";
    private static final String SUFFIX = ".tmp";
    private static final String PROCESS = ProcessHandle.current().pid() + "-";
    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

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
            Files.deleteIfExists(probe); // another writer may have taken it for one that was left
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

    /** A name that no other file has. The process is in it: closing a file that it has open would end its lock. */
    private static Path temporary(Path folder) {
        return folder.resolve(PREFIX + PROCESS + UUID.randomUUID() + SUFFIX);
    }

    /** Deletes what writers that were killed have left in a folder, where that is possible. */
    public static void clean(Path folder) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
            for (Path file : all) {
                if (!file.getFileName().toString().startsWith(PREFIX + PROCESS)
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    deleteUnlocked(file);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return; // a folder that may be written but not read
        }
    }

    private static void deleteUnlocked(Path file) {
        try (FileChannel left = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = left.tryLock()) {
            if (lock != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            return; // not ours to delete, or gone meanwhile
        }
    }

    /** Deletes a symbolic link, so that what is written under its name goes nowhere else. */
    public static void deleteLink(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            Files.delete(path);
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
     * of the one it replaces, and until then no more than these; a symbolic link stays one.
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
        clean(folder);
        PosixFileAttributes replaced = attributes(target);
        boolean done = false;
        Temporary temporary = Temporary.in(folder, replaced);
        try (FileChannel out = temporary.channel()) {
            content.write(out);
            out.force(true);
            if (replaced != null) {
                copyPermissions(replaced, temporary.path());
            }
            Files.move(temporary.path(), target, StandardCopyOption.ATOMIC_MOVE);
            done = true;
        } finally {
            if (!done) {
                Files.deleteIfExists(temporary.path());
            }
        }
        force(folder);
    }

    /** An empty file that is open and locked, where locks can be had. */
    private record Temporary(Path path, FileChannel channel) {
        static Temporary in(Path folder, PosixFileAttributes replaced) throws IOException {
            while (true) {
                Path path = temporary(folder);
                FileChannel channel = FileChannel.open(path, NEW, permissions(replaced));
                if (isLocked(channel) && Files.exists(path)) {
                    return new Temporary(path, channel);
                }
                channel.close(); // another writer was faster and took it for one that was left
            }
        }

        private static boolean isLocked(FileChannel channel) {
            try {
                return channel.tryLock() != null;
            } catch (IOException noLocks) {
                return true;
            }
        }
    }

    /** Of whom a file is and who may do what, or null where there is no file or no such thing. */
    private static PosixFileAttributes attributes(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        return view == null || !Files.exists(file) ? null : view.readAttributes();
    }

    /** To begin with: the owner's only, as the group may be another; those that the system gives new files if null. */
    private static FileAttribute<?>[] permissions(PosixFileAttributes replaced) {
        if (replaced == null) {
            return new FileAttribute<?>[0];
        }
        Set<PosixFilePermission> owners = EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        owners.retainAll(replaced.permissions());
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(owners)};
    }

    private static void copyPermissions(PosixFileAttributes from, Path to) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        permissions.addAll(from.permissions());
        if (!view.readAttributes().group().equals(from.group())) {
            try {
                view.setGroup(from.group());
            } catch (IOException notInIt) {
                // what its group may do is not for ours
                permissions.removeAll(EnumSet.of(
                        PosixFilePermission.GROUP_READ,
                        PosixFilePermission.GROUP_WRITE,
                        PosixFilePermission.GROUP_EXECUTE));
            }
        }
        view.setPermissions(permissions);
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

    /** Makes the rename itself last; some systems cannot open a folder, and there is nothing to do about it. */
    private static void force(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            return;
        }
    }
}
