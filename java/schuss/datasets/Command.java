package schuss.datasets;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a system program that downloads or unpacks files. */
final class Command {
    private static final int TIMEOUT_MINUTES = 10;
    private static final List<String> ERROR_MARKS = List.of("E: ", "dpkg-deb: error", "npm error", "npm ERR!", "tar: ");

    private Command() {}

    /** A program that was found but returned an error. */
    static final class Failed extends IOException {
        private static final long serialVersionUID = 1;

        Failed(String message) {
            super(message);
        }
    }

    /** Runs a program in a folder. Its output goes to a file in that folder. */
    static void run(Path folder, List<String> command) throws IOException {
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
            throw new Failed(command.get(0) + " failed: " + reason(output.toPath(), process.exitValue()));
        }
    }

    private static Process start(ProcessBuilder builder) throws IOException {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new IOException("this system has no " + builder.command().get(0), e);
        }
    }

    /** The first line of the output that is marked as an error. */
    private static String reason(Path output, int exitValue) throws IOException {
        String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
        return text.lines()
                .filter(line -> ERROR_MARKS.stream().anyMatch(line::startsWith))
                .findFirst()
                .orElse("exit code " + exitValue);
    }
}
