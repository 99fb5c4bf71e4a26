package schuss.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Searches a reader for faults, guided by what its code does: {@code mvn -Pfuzz test-compile exec:exec@fuzz
 * -Dfuzz.reader=npy -Dfuzz.seconds=300}. What it finds lies in {@code target/fuzz}; once mended, its bytes belong to
 * {@link Seeds}.
 */
public final class Fuzz {
    private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";

    private Fuzz() {}

    /**
     * Nothing here may load a class that is searched: it would be one that the search cannot see into.
     *
     * @param args a reader, and a time in seconds
     */
    public static void main(String[] args) throws ReflectiveOperationException, IOException {
        Path folder = Files.createDirectories(Path.of("target", "fuzz", args[0].toLowerCase(Locale.ROOT)));
        System.setProperty("schuss.fuzz", args[0]);
        System.setProperty("schuss.fuzz.folder", folder.toString());
        Class.forName(JAZZER).getMethod("main", String[].class).invoke(null, (Object) List.of(
                        "--target_class=schuss.fuzz.Target",
                        "--instrumentation_includes=schuss.**:de.siegmar.**:com.fasterxml.jackson.**",
                        "--disabled_hooks=*",
                        "--reproducer_path=" + folder,
                        "-artifact_prefix=" + folder + "/",
                        "-dict=" + folder.resolve("words"),
                        "-max_len=4096",
                        "-timeout=10",
                        "-report_slow_units=2",
                        "-rss_limit_mb=4096",
                        "-print_final_stats=1",
                        "-max_total_time=" + args[1],
                        Files.createDirectories(folder.resolve("corpus")).toString(),
                        Files.createDirectories(folder.resolve("seeds")).toString())
                .toArray(String[]::new));
    }
}
