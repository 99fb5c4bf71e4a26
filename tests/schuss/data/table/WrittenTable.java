package schuss.data.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A table that a test has written. */
final class WrittenTable {
    private WrittenTable() {}

    static Path in(Path folder, String text) {
        try {
            return Files.writeString(folder.resolve("table.csv"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
