package schuss.selftest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.platform.launcher.core.LauncherFactory;
import schuss.ChildJvm;
import schuss.Device;
import schuss.TestDevice;
import schuss.TestSize;

/**
 * Checks a GPU on a machine that has neither Maven nor a JDK: runs the tests that are for devices, part by part, each in a
 * process of its own, and prints one table. The exit code is 0 only if all hold.
 *
 * <pre>
 * SelfTest                 all parts at full size, as a GPU takes them
 * SelfTest --part 2        one part; may be given several times
 * SelfTest --quick         to see that all run at all, as on an emulated GPU
 * </pre>
 */
public final class SelfTest {
    private static final String USAGE = "expected [--part N]... [--quick] [--minutes LIMIT]";
    private static final int MINUTES = 8; // that a part may take
    private static final int EMULATED_MINUTES = 90;

    private final List<Part> parts = new ArrayList<>();
    private int minutes;
    private Path checks; // where a part's process writes what it found

    private SelfTest(String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            boolean last = i + 1 == arguments.length;
            switch (arguments[i]) {
                case "--quick" -> System.setProperty(TestSize.PROPERTY, "quick");
                case "--part" -> parts.add(Part.of(last ? 0 : Integer.parseInt(arguments[++i])));
                case "--minutes" -> minutes = last ? 0 : Integer.parseInt(arguments[++i]);
                case "--checks" -> checks = Path.of(arguments[++i]);
                default -> throw new IllegalArgumentException(USAGE + ", got " + arguments[i]);
            }
        }
        if (parts.isEmpty()) {
            parts.addAll(Arrays.asList(Part.values()));
        }
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        setDefault(TestSize.PROPERTY, "full");
        setDefault("schuss.test.device", "cuda");
        SelfTest test;
        try {
            test = new SelfTest(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("selftest: " + e.getMessage());
            System.exit(2);
            return;
        }
        System.exit(test.checks == null ? test.all() : test.here());
    }

    private static void setDefault(String property, String value) {
        System.setProperty(property, System.getProperty(property, value));
    }

    /** Runs the tests of a part in this process. */
    private int here() throws IOException {
        Tally tally = new Tally(parts.get(0).number());
        LauncherFactory.create().execute(parts.get(0).tests(), tally);
        Files.write(checks, tally.checks().stream().map(Check::line).toList());
        return 0;
    }

    private int all() throws IOException, InterruptedException {
        try (Device device = TestDevice.open()) {
            System.out.println("self test of " + device.describe() + ", size "
                    + TestSize.current().name().toLowerCase(Locale.ROOT));
        } catch (RuntimeException e) {
            System.out.println("self test: no device to test: " + e.getMessage());
            return 1;
        }
        List<Check> found = new ArrayList<>();
        for (Part part : parts) {
            System.out.println("part " + part.number() + ": " + part.name().toLowerCase(Locale.ROOT));
            found.addAll(part == Part.SANITIZER ? new Sanitizer(minutes()).checks() : apart(part));
        }
        System.out.println();
        System.out.println(Check.HEADING);
        found.forEach(System.out::println);
        long failed = found.stream().filter(Check::failed).count();
        System.out.println(
                failed == 0
                        ? found.size() + " checks: none failed"
                        : failed + " of " + found.size() + " checks FAILED");
        return failed == 0 && !found.isEmpty() ? 0 : 1;
    }

    private int minutes() {
        return minutes > 0 ? minutes : TestSize.current() == TestSize.FULL ? MINUTES : EMULATED_MINUTES;
    }

    private List<Check> apart(Part part) throws IOException, InterruptedException {
        Path file = Files.createTempFile("schuss-selftest-", ".tsv");
        try {
            Process process = ChildJvm.of(
                            List.of(), SelfTest.class, "--part", "" + part.number(), "--checks", file.toString())
                    .inheritIO()
                    .start();
            boolean ended = process.waitFor(minutes(), TimeUnit.MINUTES);
            List<Check> found = new ArrayList<>(
                    Files.readAllLines(file).stream().map(Check::parse).toList());
            if (!ended) {
                process.destroyForcibly().waitFor();
                found.add(whole(part, "FAILED: not done within " + minutes() + " minutes"));
            } else if (process.exitValue() != 0 || found.isEmpty()) {
                found.add(whole(part, "FAILED: its process ended with " + process.exitValue()));
            }
            return found;
        } finally {
            Files.delete(file);
        }
    }

    private static Check whole(Part part, String result) {
        return new Check(part.number(), "all of it", 0, result, true, 0);
    }
}
