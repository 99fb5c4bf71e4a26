package schuss.backend.cuda.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machine code on disk. */
class KernelCacheTest {
    private static final byte[] IMAGE = {1, 2, 3, 4, 5};

    @TempDir
    private Path folder;

    @Test
    void whatIsKeptComesBack() {
        Path made = folder.resolve("not").resolve("there");
        new KernelCache(made).put("key", IMAGE);
        assertArrayEquals(IMAGE, new KernelCache(made).get("key").orElseThrow());
        assertEquals(Optional.empty(), new KernelCache(made).get("other"));
    }

    @Test
    void aNewEntryReplacesTheOld() {
        KernelCache cache = new KernelCache(folder);
        cache.put("key", new byte[] {9});
        cache.put("key", IMAGE);
        assertArrayEquals(IMAGE, cache.get("key").orElseThrow());
    }

    @Test
    void damagedEntriesCountAsNone() throws IOException {
        KernelCache cache = new KernelCache(folder);
        cache.put("key", IMAGE);
        Path file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 1;
            Files.write(file, flipped);
            assertEquals(Optional.empty(), cache.get("key"), "byte " + at);
            Files.write(file, Arrays.copyOf(whole, at));
            assertEquals(Optional.empty(), cache.get("key"), "cut to " + at);
        }
        Files.write(file, whole);
        assertArrayEquals(IMAGE, cache.get("key").orElseThrow());
    }

    @Test
    void aFolderThatCannotBeIsNoError() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        KernelCache cache = new KernelCache(file.resolve("below"));
        cache.put("key", IMAGE);
        assertEquals(Optional.empty(), cache.get("key"));
    }
}
