package schuss.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the search of {@link Fuzz} calls. */
public final class Target {
    private static final Reader READER = Reader.named(System.getProperty("schuss.fuzz", "npy"));

    private Target() {}

    /** Writes what to begin with, and reads it: classes that load at their first use would make a slow input of the first. */
    public static void fuzzerInitialize() throws IOException {
        Path folder = Path.of(System.getProperty("schuss.fuzz.folder", "target/fuzz"));
        Files.write(folder.resolve("words"), Seeds.words());
        int number = 0;
        for (byte[] seed : Seeds.of(READER)) {
            Files.write(folder.resolve("seeds").resolve("seed-" + number++), seed);
            READER.read(seed);
        }
    }

    /** One input. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        READER.read(bytes);
    }
}
