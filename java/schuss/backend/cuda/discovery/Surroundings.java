package schuss.backend.cuda.discovery;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that discovery looks at.
 *
 * @param root of the file system
 * @param environment the variables of the process
 * @param setting the system property {@value #PROPERTY}, if it is set
 * @param classes the class loader that must see the jars of the CUDA backend
 */
public record Surroundings(Path root, Map<String, String> environment, Optional<String> setting, ClassLoader classes) {
    /** Names the folders to take the libraries from, several with {@code :} between; nothing else is then searched. */
    public static final String PROPERTY = "schuss.cuda.libraries";

    public static final String PRESETS = "org.bytedeco:cuda:13.1-9.19-1.5.13";
    private static final String PLATFORM = "linux-x86_64";
    private static final String PRESET_FOLDER = "org/bytedeco/cuda/";

    public static Surroundings ofThisProcess() {
        return new Surroundings(
                Path.of("/"),
                System.getenv(),
                Optional.ofNullable(System.getProperty(PROPERTY))
                        .filter(value -> !value.isBlank())
                        .map(Surroundings::absolute),
                Surroundings.class.getClassLoader());
    }

    private static String absolute(String folders) {
        return Stream.of(folders.split(":"))
                .filter(folder -> !folder.isBlank())
                .map(Surroundings::absoluteFolder)
                .collect(Collectors.joining(":"));
    }

    private static String absoluteFolder(String folder) {
        try {
            return Path.of(folder).toAbsolutePath().toString();
        } catch (InvalidPathException e) { // in a locale without its letters
            return folder;
        }
    }

    /** Of those that the CUDA backend needs. */
    List<String> missingJars() {
        List<String> missing = new ArrayList<>();
        if (classes.getResource(PRESET_FOLDER + "global/cudart.class") == null) {
            missing.add(PRESETS);
        }
        if (classes.getResource(nativePreset("cudart")) == null) {
            missing.add(PRESETS + ":" + PLATFORM);
        }
        return missing;
    }

    /** Where in the presets' native jar the glue to a library lies. */
    public static String nativePreset(String name) {
        return PRESET_FOLDER + PLATFORM + "/libjni" + name + ".so";
    }

    public Path at(String absolute) {
        return root.resolve(absolute.replaceFirst("^/+", ""));
    }

    /** The folder that a variable names. */
    Stream<Path> variable(String name) {
        return paths(environment.getOrDefault(name, ""));
    }

    /** The absolute folders of a list with {@code :} between; what is none is left out. */
    Stream<Path> paths(String list) {
        return Stream.of(list.split(":"))
                .filter(folder -> folder.startsWith("/"))
                .flatMap(folder -> {
                    try {
                        return Stream.of(at(folder));
                    } catch (InvalidPathException e) {
                        return Stream.empty();
                    }
                });
    }

    /** What matches in these folders, in the order of their names; nothing where a folder cannot be read. */
    static Stream<Path> list(Stream<Path> folders, String pattern) {
        return folders.flatMap(folder -> {
            List<Path> found = new ArrayList<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
                entries.forEach(found::add);
            } catch (IOException | java.nio.file.DirectoryIteratorException e) {
                return Stream.empty();
            }
            return found.stream().sorted();
        });
    }
}
