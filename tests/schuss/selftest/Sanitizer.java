package schuss.selftest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import schuss.ChildJvm;

/** Runs every op of ours under compute-sanitizer, which is part of the CUDA toolkit. */
final class Sanitizer {
    private static final String TOOL = "compute-sanitizer";
    private static final int FOUND = 86; // its exit code for errors, which nothing else here uses
    private static final String ITS_OWN = "=========";

    /** Those whose kernels are the libraries' are left to their makers. */
    private static final String OUR_OWN = "^(?!\\w*(MatMul|Convolution|Product))";

    private final long deadline;
    private final int hangSeconds;

    /** @param deadline in {@link System#nanoTime()} */
    Sanitizer(long deadline, int hangSeconds) {
        this.deadline = deadline;
        this.hangSeconds = hangSeconds;
    }

    List<SelfCheck> checks() throws IOException, InterruptedException {
        List<Path> places = places();
        Path tool = places.stream().filter(Files::isExecutable).findFirst().orElse(null);
        if (tool == null) {
            return List.of(check(TOOL, 0, "not run: not found in " + places, false, 0));
        }
        long now = System.nanoTime();
        List<SelfCheck> checks = new ArrayList<>(run(tool, "memcheck", now + (deadline - now) / 2));
        checks.addAll(run(tool, "racecheck", deadline));
        return checks;
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

    private static SelfCheck check(String name, int cases, String result, boolean failed, double seconds) {
        return new SelfCheck(Part.SANITIZER.number(), name, cases, result, failed, seconds);
    }

    /** The tests that fail under it, then what it says itself. */
    private List<SelfCheck> run(Path tool, String mode, long until) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Path folder = Files.createTempDirectory("schuss-sanitizer-");
        try {
            List<String> watched = List.of(
                    tool.toString(),
                    "--tool",
                    mode,
                    "--error-exitcode",
                    "" + FOUND,
                    "--print-limit",
                    "20",
                    "--log-file",
                    folder.resolve("%p").toString()); // a file for each process
            PartRun run = new PartRun(Part.SANITIZER, more -> child(watched, more), until, hangSeconds);
            List<SelfCheck> checks = new ArrayList<>(
                    run.checks().stream().filter(SelfCheck::failed).toList());
            List<String> said = said(folder);
            said.forEach(System.out::println);
            List<String> errors = said.stream().filter(Sanitizer::isError).toList();
            boolean failed = !errors.isEmpty() || !checks.isEmpty();
            String result = failed
                    ? "FAILED: " + (errors.isEmpty() ? "under it tests fail" : errors.get(0))
                    : run.timeWasUp() ? "not run: time was up after " + run.cases() + " cases" : "ok";
            checks.add(check(TOOL + " " + mode, run.cases(), result, failed, (System.nanoTime() - began) / 1e9));
            return checks;
        } finally {
            for (Path file : Files.list(folder).toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        }
    }

    private static ProcessBuilder child(List<String> watched, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of("--part", "" + Part.OPS.number()));
        arguments.addAll(more);
        List<String> command = new ArrayList<>(watched);
        command.addAll(
                ChildJvm.of(List.of("-Dschuss.cases=" + OUR_OWN), SelfTest.class, arguments.toArray(String[]::new))
                        .command());
        return new ProcessBuilder(command).inheritIO();
    }

    private static List<String> said(Path folder) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : Files.list(folder).sorted().toList()) {
            lines.addAll(Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(ITS_OWN))
                    .toList());
        }
        return lines;
    }

    /** Whether a line says more than that it is there and has found nothing. */
    private static boolean isError(String line) {
        String text = line.substring(ITS_OWN.length()).strip();
        boolean nothing = text.isEmpty()
                || text.startsWith("COMPUTE-SANITIZER")
                || text.matches(".*SUMMARY: 0 .*")
                || text.contains("Target application");
        return !nothing;
    }
}
