package schuss.datasets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A data set in a Debian package, which is downloaded and unpacked but not installed, so that no root access is needed.
 *
 * @param name the name of the package
 * @param content the folder of the data in the package
 */
record DebianPackage(String name, String content) implements Source {
    @Override
    public String place() {
        return "Debian package " + name;
    }

    @Override
    public Path fetch(List<String> names, Path folder, Consumer<String> progress) throws IOException {
        progress.accept("downloading the Debian package " + name);
        try {
            Command.run(folder, List.of("apt-get", "-q", "download", name));
        } catch (Command.Failed withSystemLists) {
            downloadWithOwnLists(folder, progress);
        }
        Path unpacked = folder.resolve("unpacked");
        Command.run(folder, List.of("dpkg-deb", "-x", downloaded(folder).toString(), unpacked.toString()));
        return unpacked.resolve(content);
    }

    /**
     * A fresh machine has no package lists, and only root may update those of the system, so this makes lists of its own.
     */
    private void downloadWithOwnLists(Path folder, Consumer<String> progress) throws IOException {
        Path lists = Files.createDirectories(folder.resolve("lists"));
        Path cache = Files.createDirectories(folder.resolve("apt"));
        Files.createDirectories(lists.resolve("partial"));
        Files.createDirectories(cache.resolve("archives/partial"));
        List<String> options = List.of(
                "-q",
                "-o",
                "Dir::State::Lists=" + lists,
                "-o",
                "Dir::Cache=" + cache,
                "-o",
                "Acquire::http::Timeout=30",
                "-o",
                "Acquire::https::Timeout=30");
        progress.accept("fetching package lists");
        String updateFailure = null;
        try {
            Command.run(folder, command(options, "update"));
        } catch (Command.Failed e) {
            updateFailure = e.getMessage(); // one broken archive of several fails it too: what counts is the download
        }
        try {
            Command.run(folder, command(options, "download", name));
        } catch (Command.Failed e) {
            throw updateFailure == null ? e : new IOException(updateFailure + "; " + e.getMessage(), e);
        }
    }

    private static List<String> command(List<String> options, String... words) {
        List<String> command = new ArrayList<>();
        command.add("apt-get");
        command.addAll(options);
        command.addAll(List.of(words));
        return command;
    }

    private Path downloaded(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".deb"))
                    .findFirst()
                    .orElseThrow(
                            () -> new IOException("apt-get download: expected a file " + name + "_*.deb, got none"));
        }
    }
}
