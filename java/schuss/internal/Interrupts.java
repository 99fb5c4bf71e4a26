package schuss.internal;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * File access in threads that may be interrupted. A channel closes when its thread is interrupted, and an intact file
 * would then look damaged.
 */
public final class Interrupts {
    private Interrupts() {}

    /** Something to do with files. */
    @FunctionalInterface
    public interface Action<T> {
        T run() throws IOException;
    }

    /**
     * Does something as if nobody had interrupted this thread so far, and leaves it interrupted if it was.
     *
     * @throws InterruptedIOException if somebody interrupts it meanwhile
     */
    public static <T> T held(Action<T> action) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            return action.run();
        } catch (ClosedByInterruptException e) {
            throw (InterruptedIOException)
                    new InterruptedIOException("expected to work to the end, got interrupted").initCause(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** {@return whether this says that somebody interrupted the thread, and nothing of a file} */
    public static boolean isCause(Throwable e) {
        return e instanceof InterruptedIOException || e instanceof ClosedByInterruptException;
    }

    /** {@return a file to read from its beginning, which interrupts do not disturb} */
    public static InputStream open(Path path) throws IOException {
        if (!path.getFileSystem().equals(FileSystems.getDefault())) {
            return Files.newInputStream(path);
        }
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        return new FileInputStream(path.toFile());
    }
}
