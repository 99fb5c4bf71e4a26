package schuss.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Searches a reader for faults, guided by what its code does: {@code mvn -Pfuzz test-compile exec:exec@fuzz
 * -Dfuzz.reader=npy -Dfuzz.seconds=300}. What it finds lies in {@code target/fuzz}; once mended, its bytes belong to
 * {@link Seeds}.
 */
public final class Fuzz {
    private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";
    private static final String NAME = "schuss.fuzz";
    private static final Reader READER = Reader.named(System.getProperty(NAME, "npy"));

    private Fuzz() {}

    /** Before the search: classes that load at their first use would make a slow input of whatever comes first. */
    public static void fuzzerInitialize() throws IOException {
        for (byte[] seed : Seeds.of(READER)) {
            READER.read(seed);
        }
    }

    /** What the search calls. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        READER.read(bytes);
    }

    /** @param args a reader, and a time in seconds */
    public static void main(String[] args) throws ReflectiveOperationException, IOException {
        System.setProperty(NAME, args[0]);
        Reader reader = Reader.named(args[0]);
        Path folder =
                Files.createDirectories(Path.of("target", "fuzz", reader.name().toLowerCase()));
        Path seeds = Files.createDirectories(folder.resolve("seeds"));
        int number = 0;
        for (byte[] seed : Seeds.of(reader)) {
            Files.write(seeds.resolve("seed-" + number++), seed);
        }
        Path words = Files.write(folder.resolve("words"), Seeds.words());
        Class.forName(JAZZER).getMethod("main", String[].class).invoke(null, (Object) List.of(
                        "--target_class=" + Fuzz.class.getName(),
                        "--instrumentation_includes=schuss.**:de.siegmar.**:com.fasterxml.jackson.**",
                        "--disabled_hooks=*",
                        "--reproducer_path=" + folder,
                        "-artifact_prefix=" + folder + "/",
                        "-dict=" + words,
                        "-max_len=4096",
                        "-timeout=10",
                        "-report_slow_units=" + Reader.MOST_SECONDS,
                        "-rss_limit_mb=4096",
                        "-print_final_stats=1",
                        "-max_total_time=" + args[1],
                        Files.createDirectories(folder.resolve("corpus")).toString(),
                        seeds.toString())
                .toArray(String[]::new));
    }
}
