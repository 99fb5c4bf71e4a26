package schuss.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import schuss.ChildJvm;

/** What there is while a file is being written, and after a writer was killed. */
class AtomicFileTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void place() {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "needs POSIX permissions");
        file = folder.resolve("file");
    }

    private List<Path> temporary() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> path.getFileName().toString().startsWith(".schuss-"))
                    .toList();
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rw-r-----", "rw-rw-rw-", "rw-r--r--"})
    void neverMorePermissionsThanWhatIsReplaced(String old) throws IOException {
        Files.writeString(file, "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(old));
        AtomicFile.write(file, out -> {
            assertEquals("rw-------", permissions(temporary().get(0)));
            out.write(ByteBuffer.allocate(10));
        });
        assertEquals(old, permissions(file));
    }

    @Test
    void aNewFileHasTheUsualPermissions() throws IOException {
        String usual = permissions(Files.createFile(folder.resolve("usual")));
        AtomicFile.write(
                file, out -> assertEquals(usual, permissions(temporary().get(0))));
        assertEquals(usual, permissions(file));
    }

    /** Its group stays too, or nobody in another one may read it. */
    @Test
    void theGroupStays() throws IOException {
        Files.writeString(file, "old");
        try {
            Files.setAttribute(file, "unix:gid", 54321);
        } catch (IOException e) {
            assumeTrue(false, "only root may give files away");
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        AtomicFile.write(file, ByteBuffer.allocate(1));
        assertEquals(54321, Files.getAttribute(file, "unix:gid"));
        assertEquals("rw-r-----", permissions(file));
    }

    @Test
    void whatKilledWritersLeftIsClearedAway() throws Exception {
        Path other = folder.resolve("other");
        Process writer =
                ChildJvm.of(List.of(), AtomicFileTest.class, other.toString()).start();
        try {
            assertEquals('w', writer.getInputStream().read());
            assertEquals(1, temporary().size());
            AtomicFile.write(file, ByteBuffer.allocate(1));
            assertEquals(1, temporary().size(), "that of a writer at work stays");
            writer.destroyForcibly().waitFor();
            assertEquals(1, temporary().size());
            AtomicFile.write(file, ByteBuffer.allocate(1));
            assertEquals(List.of(), temporary());
            assertFalse(Files.exists(other));
        } finally {
            writer.destroyForcibly();
        }
    }

    /** Another writer of this process, which holds its lock whoever else writes. */
    @Test
    void writersOfOneProcessDoNotDisturbEachOther() throws IOException {
        AtomicFile.write(file, out -> {
            AtomicFile.write(folder.resolve("second"), ByteBuffer.allocate(1));
            assertEquals(1, temporary().size());
            out.write(ByteBuffer.allocate(3));
        });
        assertEquals(3, Files.size(file));
        assertEquals(List.of(), temporary());
    }

    @Test
    void onlyFilesOfThatNameAreClearedAway() throws IOException {
        Path precious = Files.writeString(folder.resolve("precious"), "precious");
        Path link = Files.createSymbolicLink(folder.resolve(".schuss-1.tmp"), precious);
        Path made = Files.createDirectory(folder.resolve(".schuss-2.tmp"));
        Path left = Files.createFile(folder.resolve(".schuss-3.tmp"));
        AtomicFile.write(file, ByteBuffer.allocate(1));
        assertTrue(Files.isSymbolicLink(link) && Files.isDirectory(made) && Files.exists(precious));
        assertFalse(Files.exists(left));
    }

    /** Begins to write a file, says so and waits to be killed. */
    public static void main(String[] arguments) throws IOException {
        AtomicFile.write(Path.of(arguments[0]), out -> {
            out.write(ByteBuffer.allocate(1000));
            System.out.print("w");
            System.out.flush();
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
    }
}
