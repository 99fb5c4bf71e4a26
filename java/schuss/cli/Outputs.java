package schuss.cli;

import java.nio.file.Path;
import schuss.io.AtomicFile;

/** Checks of files to write, before there is anything to write. */
final class Outputs {
    private Outputs() {}

    static void check(String option, Path file) {
        try {
            AtomicFile.checkWritable(file);
        } catch (IllegalArgumentException e) {
            throw new BadInput(option + ": " + e.getMessage());
        }
    }

    /** Whether two names lead to one place. */
    static boolean same(Path a, Path b) {
        return a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize());
    }
}
