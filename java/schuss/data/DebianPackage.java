package schuss.data;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A data set from a Debian package, downloaded and unpacked without installing it, so that no root is needed.
 *
 * @param name the package
 * @param content the folder of the data within the package
 */
record DebianPackage(String name, String content) implements Source {
    private static final int TIMEOUT_MINUTES = 10;

    @Override
    public String place() {
        return "Debian package " + name;
    }

    @Override
    public Path fetch(List<String> names, Path folder, Consumer<String> progress) throws IOException {
        progress.accept("downloading the Debian package " + name);
        try {
            run(folder, List.of("apt-get", "-q", "download", name));
        } catch (CommandFailed withSystemLists) {
            downloadWithOwnLists(folder, progress);
        }
        Path unpacked = folder.resolve("unpacked");
        run(folder, List.of("dpkg-deb", "-x", downloaded(folder).toString(), unpacked.toString()));
        return unpacked.resolve(content);
    }

    /** A fresh machine has no package lists, and only root may fetch those of the system: fetch them for ourselves. */
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
            run(folder, command(options, "update"));
        } catch (CommandFailed e) {
            updateFailure = e.getMessage(); // one broken archive of several fails it too: what counts is the download
        }
        try {
            run(folder, command(options, "download", name));
        } catch (CommandFailed e) {
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

    private static void run(Path folder, List<String> command) throws IOException {
        File output = folder.resolve("output.txt").toFile();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(output);
        builder.environment().put("LC_ALL", "C");
        Process process = start(builder);
        try {
            if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
                throw new IOException(command.get(0) + ": expected to end within " + TIMEOUT_MINUTES + " minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command.get(0) + ": interrupted", e);
        } finally {
            if (process.isAlive()) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
            }
        }
        if (process.exitValue() != 0) {
            throw new CommandFailed(command.get(0) + " failed: " + reason(output.toPath(), process.exitValue()));
        }
    }

    private static Process start(ProcessBuilder builder) throws IOException {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new IOException("this system has no " + builder.command().get(0), e);
        }
    }

    /** The first line that apt marks as an error. */
    private static String reason(Path output, int exitValue) throws IOException {
        String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
        return text.lines()
                .filter(line -> line.startsWith("E: ") || line.startsWith("dpkg-deb: error"))
                .findFirst()
                .orElse("exit code " + exitValue);
    }

    /** A command that ran and said no, unlike one that is missing. */
    private static final class CommandFailed extends IOException {
        private static final long serialVersionUID = 1;

        CommandFailed(String message) {
            super(message);
        }
    }
}
