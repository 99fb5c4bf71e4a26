package schuss.cli.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import schuss.internal.AtomicFile;

/** Checks, before any work is done, that output files can be written. */
public final class Outputs {
    private Outputs() {}

    public static void check(String option, Path file) {
        try {
            AtomicFile.checkWritable(file);
        } catch (IllegalArgumentException e) {
            throw new BadInput(option + ": " + e.getMessage());
        }
    }

    /** The same of a folder to write into, which may still have to be made. */
    static void checkFolder(String option, Path folder) {
        Path made = folder.toAbsolutePath().normalize();
        while (made.getParent() != null && !Files.exists(made)) {
            made = made.getParent();
        }
        if (!Files.isDirectory(made)) {
            throw new BadInput(option + ": " + folder + ": expected a folder, got the file " + made);
        }
        check(option, made.resolve("file")); // whether files can be made there
    }

    /** Writes a file whose place {@link #check} has approved. */
    public interface Writing {
        void to(Path file) throws IOException;
    }

    /**
     * Writes what took long to make: where that fails, for a disk may be full by now, beside other temporary files.
     *
     * @throws BadInput saying why it failed and where the content is
     */
    public static void write(String option, Path file, Writing writing) {
        String problem = attempt(file, writing);
        if (problem == null) {
            return;
        }
        throw new BadInput(
                option + ": " + file + ": expected to write it, got " + problem + "; " + elsewhere(file, writing));
    }

    private static String elsewhere(Path file, Writing writing) {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            Path elsewhere = Files.createTempFile(folder, file.getFileName() + "-", ""); // for its owner's eyes only
            if (attempt(elsewhere, writing) == null) {
                return "it is in " + elsewhere + " instead";
            }
            Files.delete(elsewhere);
        } catch (IOException e) {
            return "writing it to " + folder + " failed too";
        }
        return "writing it to " + folder + " failed too";
    }

    /** Why it failed, or null. */
    private static String attempt(Path file, Writing writing) {
        try {
            writing.to(file);
            return null;
        } catch (IOException | IllegalArgumentException e) {
            return e.getMessage() == null ? e.toString() : e.getMessage();
        }
    }

    /** Whether two names lead to one place. */
    public static boolean same(Path a, Path b) {
        try {
            return a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize())
                    || (Files.exists(a) && Files.exists(b) && Files.isSameFile(a, b));
        } catch (IOException e) {
            return false; // what cannot be looked at is refused elsewhere
        }
    }
}
