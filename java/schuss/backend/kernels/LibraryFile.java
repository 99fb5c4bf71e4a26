package schuss.backend.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import schuss.internal.AtomicFile;
import schuss.internal.CacheFolder;

/**
 * A native library on the class path.
 *
 * @param url where it is
 * @param name of its file
 * @param key identifies its content: checksum and size, which the directory of a jar holds
 * @param bytes its size
 */
public record LibraryFile(URL url, String name, String key, long bytes) {
    private static final int CHUNK = 1 << 16;

    /** Looks at a library. */
    public static LibraryFile of(URL url) throws IOException {
        String name = url.getPath().substring(url.getPath().lastIndexOf('/') + 1);
        URLConnection connection = open(url);
        if (connection instanceof JarURLConnection jar) {
            try (JarFile file = jar.getJarFile()) {
                ZipEntry entry = file.getEntry(jar.getEntryName());
                if (entry != null && entry.getCrc() >= 0 && entry.getSize() >= 0) {
                    return new LibraryFile(url, name, key(entry.getCrc(), entry.getSize()), entry.getSize());
                }
            }
        }
        CRC32 checksum = new CRC32();
        long bytes = 0;
        try (InputStream in = open(url).getInputStream()) {
            byte[] chunk = new byte[CHUNK];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                checksum.update(chunk, 0, read);
                bytes += read;
            }
        }
        return new LibraryFile(url, name, key(checksum.getValue(), bytes), bytes);
    }

    /** Without caches: they would keep a jar open after its class loader is gone. */
    private static URLConnection open(URL url) throws IOException {
        URLConnection connection = url.openConnection();
        connection.setUseCaches(false);
        return connection;
    }

    private static String key(long checksum, long bytes) {
        return Long.toHexString(checksum) + "." + Long.toHexString(bytes);
    }

    /** Whether a file is this library, whole; nobody else can have written it. */
    public boolean is(Path file) throws IOException {
        return Files.isRegularFile(file)
                && Files.size(file) == bytes
                && CacheFolder.expectOurs(file).equals(file);
    }

    /** Puts it into a file at once: whoever has the file open keeps what was there before. */
    public void copyTo(Path file) throws IOException {
        AtomicFile.deleteLink(file);
        AtomicFile.write(file, this::write);
    }

    private void write(FileChannel out) throws IOException {
        try (InputStream in = open(url).getInputStream()) {
            byte[] chunk = new byte[CHUNK];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                ByteBuffer rest = ByteBuffer.wrap(chunk, 0, read);
                while (rest.hasRemaining()) {
                    out.write(rest);
                }
            }
        }
        if (out.position() != bytes) {
            throw new IOException(url + ": expected " + bytes + " bytes, got " + out.position());
        }
    }
}
