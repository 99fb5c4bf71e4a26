package schuss.backend.cpu;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Locks a folder for one process, and within it for one class loader. The lock only saves work: after a long wait, or
 * where nothing can be locked, the caller continues without it.
 */
final class FolderLock implements AutoCloseable {
    private static final long LONGEST_NANOS = 20_000_000_000L;
    private static final long PAUSE_MILLIS = 10;

    private final FileChannel file;

    private FolderLock(FileChannel file) {
        this.file = file;
    }

    static FolderLock of(Path folder) throws IOException {
        FileChannel file = FileChannel.open(
                folder.resolve(".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        long start = System.nanoTime();
        boolean interrupted = Thread.interrupted(); // an interrupt would close the file
        try {
            while (!isTaken(file) && System.nanoTime() - start < LONGEST_NANOS) {
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return new FolderLock(file);
    }

    private static boolean isTaken(FileChannel file) {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // by another class loader
        } catch (IOException noLocks) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
