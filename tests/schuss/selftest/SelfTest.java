package schuss.selftest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.platform.launcher.core.LauncherFactory;
import schuss.ChildJvm;
import schuss.Device;
import schuss.TestDevice;
import schuss.TestSize;

/**
 * Checks a GPU on a machine that has neither Maven nor a JDK: runs the tests that are for devices, part by part, each in
 * processes of its own, tells of each as it ends, and prints one table. The exit code is 0 only if nothing failed; what
 * there was no time for is said, and is no failure.
 *
 * <pre>
 * SelfTest                    all parts at full size, as a GPU takes them
 * SelfTest --part 2           one part; may be given several times
 * SelfTest --tests NAME       a class, a method behind a #, or a package with a dot at its end, in place of parts
 * SelfTest --quick            to see that all run at all, as on an emulated GPU
 * SelfTest --seconds 60       for all parts together, more for the first; what one leaves the others have
 * SelfTest --hang-seconds 30  after which a test that does not end is given up
 * </pre>
 */
public final class SelfTest {
    private static final String USAGE =
            "expected [--part N]... [--tests NAME]... [--quick] [--seconds N] [--hang-seconds N]";
    private static final int SECONDS = 480; // that a part may take
    private static final int EMULATED_SECONDS = 5400;
    private static final int HANG = 120;
    private static final int EMULATED_HANG = 1800;

    private final List<Part> parts = new ArrayList<>();
    private final List<String> tests = new ArrayList<>();
    private int seconds;
    private int hangSeconds;
    private Path events; // where a part's process writes what it found
    private final long began = System.nanoTime();

    private SelfTest(String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--quick" -> System.setProperty(TestSize.PROPERTY, "quick");
                case "--part" -> parts.add(Part.of(number(arguments, ++i)));
                case "--tests" -> tests.add(argument(arguments, ++i));
                case "--seconds" -> seconds = number(arguments, ++i);
                case "--hang-seconds" -> hangSeconds = number(arguments, ++i);
                case "--events" -> events = Path.of(argument(arguments, ++i));
                case "--left-out" -> System.setProperty(LeftOut.PROPERTY, argument(arguments, ++i));
                default -> throw new IllegalArgumentException(USAGE + ", got " + arguments[i]);
            }
        }
        if (!tests.isEmpty()) {
            parts.clear();
            parts.add(Part.OPS);
        } else if (parts.isEmpty()) {
            parts.addAll(Arrays.asList(Part.values()));
        }
        boolean full = TestSize.current() == TestSize.FULL;
        seconds = seconds > 0 ? seconds : parts.size() * (full ? SECONDS : EMULATED_SECONDS);
        hangSeconds = hangSeconds > 0 ? hangSeconds : full ? HANG : EMULATED_HANG;
    }

    private static String argument(String[] arguments, int index) {
        if (index == arguments.length) {
            throw new IllegalArgumentException(USAGE + ", got nothing after " + arguments[index - 1]);
        }
        return arguments[index];
    }

    private static int number(String[] arguments, int index) {
        String text = argument(arguments, index);
        if (!text.matches("[1-9]\\d{0,6}")) {
            throw new IllegalArgumentException(arguments[index - 1] + ": expected a number from 1 on, got " + text);
        }
        return Integer.parseInt(text);
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
        System.exit(test.events == null ? test.all() : test.here());
    }

    private static void setDefault(String property, String value) {
        System.setProperty(property, System.getProperty(property, value));
    }

    /** Runs the tests of a part in this process. */
    private int here() throws IOException {
        LeftOut leftOut = new LeftOut();
        LauncherFactory.create().execute(parts.get(0).tests(tests, leftOut), new Journal(events, leftOut));
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
        List<SelfCheck> found = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            long now = System.nanoTime();
            long left = Math.max(0, seconds * 1_000_000_000L - (now - began));
            long deadline = now + 2 * left / (parts.size() - i + 1); // the first are worth more; the last has all
            System.out.println("part " + part.number() + ": " + part.name().toLowerCase(Locale.ROOT) + ", at most "
                    + (deadline - now) / 1_000_000_000L + " s");
            found.addAll(
                    part == Part.SANITIZER
                            ? new Sanitizer(deadline, hangSeconds).checks()
                            : new PartRun(part, more -> child(part, more), deadline, hangSeconds).checks());
        }
        System.out.println();
        System.out.println(SelfCheck.HEADING);
        found.forEach(System.out::println);
        long failed = found.stream().filter(SelfCheck::failed).count();
        System.out.println(
                failed == 0
                        ? found.size() + " checks: none failed"
                        : failed + " of " + found.size() + " checks FAILED");
        return failed == 0 && !found.isEmpty() ? 0 : 1;
    }

    private ProcessBuilder child(Part part, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of("--part", "" + part.number()));
        tests.forEach(name -> arguments.addAll(List.of("--tests", name)));
        arguments.addAll(more);
        return ChildJvm.of(List.of(), SelfTest.class, arguments.toArray(String[]::new))
                .inheritIO();
    }
}
