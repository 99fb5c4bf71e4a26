package schuss.backend.cuda.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import schuss.internal.AtomicFile;
import schuss.internal.CacheFolder;

/**
 * Compiled machine code and timed choices, cached in a folder that several processes may share. A file starts with a
 * digest of its content; a damaged one is ignored. A folder that cannot be used costs time, but no more.
 */
public final class KernelCache {
    private static final System.Logger LOG = System.getLogger("schuss");

    private final Path folder;

    public KernelCache(Path folder) {
        this.folder = folder;
    }

    /** {@code schuss.cuda.cache} if set, else {@code kernels} in the user's folder for caches. */
    public static KernelCache ofUser() {
        String chosen = System.getProperty("schuss.cuda.cache");
        return new KernelCache(
                chosen != null && !chosen.isBlank()
                        ? Path.of(chosen)
                        : CacheFolder.ofUser().orElseGet(CacheFolder::temporary).resolve("kernels"));
    }

    /** What is kept under a key. */
    public Optional<byte[]> get(String key) {
        try {
            byte[] file = Files.readAllBytes(CacheFolder.expectOurs(file(key))); // it will be run
            if (file.length > Digest.BYTES) {
                byte[] image = Arrays.copyOfRange(file, Digest.BYTES, file.length);
                if (Arrays.equals(Digest.of(image), Arrays.copyOf(file, Digest.BYTES))) {
                    return Optional.of(image);
                }
            }
        } catch (IOException | SecurityException e) {
            return Optional.empty(); // not there, or not for us
        }
        return Optional.empty();
    }

    /** Keeps something under a key, where that is possible. */
    public void put(String key, byte[] image) {
        try {
            CacheFolder.make(folder);
            AtomicFile.deleteLink(file(key));
            AtomicFile.write(file(key), out -> {
                ByteBuffer[] parts = {ByteBuffer.wrap(Digest.of(image)), ByteBuffer.wrap(image)};
                while (parts[1].hasRemaining()) {
                    out.write(parts);
                }
            });
        } catch (IOException | IllegalArgumentException | SecurityException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "nothing is kept in " + folder + ": " + e);
        }
    }

    private Path file(String key) {
        return folder.resolve(key + ".bin");
    }
}
