package schuss.selftest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import schuss.ChildJvm;

/** Runs every op of ours under compute-sanitizer, which is part of the CUDA toolkit. */
final class Sanitizer {
    private static final String TOOL = "compute-sanitizer";
    private static final int FOUND = 86; // its exit code for errors, which nothing else here uses

    /** Those whose kernels are the libraries' are left to their makers. */
    private static final String OUR_OWN = "^(?!\\w*(MatMul|Convolution|Product))";

    private final int minutes;

    Sanitizer(int minutes) {
        this.minutes = minutes;
    }

    List<Check> checks() throws IOException, InterruptedException {
        List<Path> places = places();
        Path tool = places.stream().filter(Files::isExecutable).findFirst().orElse(null);
        if (tool == null) {
            return List.of(check(TOOL, "not run: not found in " + places, false, 0));
        }
        return List.of(run(tool, "memcheck"), run(tool, "racecheck"));
    }

    private static List<Path> places() {
        String home = System.getenv().getOrDefault("CUDA_HOME", "/usr/local/cuda");
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                                .filter(folder -> !folder.isEmpty()),
                        Stream.of(home + "/bin", home + "/compute-sanitizer", "/usr/local/cuda/bin"))
                .map(folder -> Path.of(folder, TOOL))
                .distinct()
                .toList();
    }

    private static Check check(String name, String result, boolean failed, double seconds) {
        return new Check(Part.SANITIZER.number(), name, 0, result, failed, seconds);
    }

    private Check run(Path tool, String mode) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Path file = Files.createTempFile("schuss-sanitizer-", ".tsv");
        List<String> command = new ArrayList<>(
                List.of(tool.toString(), "--tool", mode, "--error-exitcode", "" + FOUND, "--print-limit", "20"));
        command.addAll(
                ChildJvm.of(List.of("-Dschuss.cases=" + OUR_OWN), SelfTest.class, "--part", "1", "--checks", file + "")
                        .command());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        CompletableFuture<List<String>> said = CompletableFuture.supplyAsync(() -> itsOwn(process));
        boolean ended = process.waitFor(minutes * 60L / 2, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        List<Check> inner = Files.readAllLines(file).stream().map(Check::parse).toList();
        Files.delete(file);
        int cases = inner.stream().mapToInt(Check::cases).sum();
        boolean clean = ended && process.exitValue() == 0 && cases > 0;
        String words = said.join().stream().reduce((a, b) -> b).orElse("it said nothing");
        String result = clean ? "ok" : ended ? "FAILED: " + words : "FAILED: not done in time; so far: " + words;
        boolean refused = ended && cases == 0 && process.exitValue() != FOUND;
        return new Check(
                Part.SANITIZER.number(),
                TOOL + " " + mode,
                cases,
                refused ? "not run: " + words : result,
                !clean && !refused,
                (System.nanoTime() - began) / 1e9);
    }

    /** Its lines, which begin with =; all are shown but for what the tests print. */
    private static List<String> itsOwn(Process process) {
        List<String> lines = new ArrayList<>();
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(line);
                if (line.startsWith("=========")) {
                    lines.add(line.replaceFirst("=+ *", ""));
                }
            }
        } catch (IOException e) {
            lines.add("its output broke off: " + e.getMessage());
        }
        return lines;
    }
}
