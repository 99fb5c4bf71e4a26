package schuss.selftest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Counts the cases of each test method, and tells of those that fail while the others run. */
final class Tally implements TestExecutionListener {
    private static final int TOLD = 5; // failures of a method
    private static final int LONGEST = 1500; // characters of a message

    private final int part;
    private final Map<String, Count> counts = new LinkedHashMap<>();
    private final Map<String, Long> began = new LinkedHashMap<>();
    private TestPlan plan;

    private static final class Count {
        private int cases;
        private int failed;
        private int skipped;
        private String reason = "";
        private double seconds;
    }

    Tally(int part) {
        this.part = part;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        began.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        skipped(count(test), reason);
    }

    private static void skipped(Count count, String reason) {
        count.skipped++;
        count.reason = reason;
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        double seconds = (System.nanoTime() - began.remove(test.getUniqueId())) / 1e9;
        String message = result.getThrowable().map(Tally::message).orElse("");
        boolean failed = result.getStatus() == TestExecutionResult.Status.FAILED;
        if (test.isTest()) {
            count(test).cases++;
            count(test).seconds += seconds;
        }
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            skipped(count(test), message);
        } else if (failed && ++count(test).failed <= TOLD) {
            System.out.println("FAILED " + name(test) + ", " + test.getDisplayName() + ": " + message);
        }
    }

    private static String message(Throwable failure) {
        String text = failure instanceof AssertionError || failure.getMessage() != null
                ? String.valueOf(failure.getMessage())
                : "";
        String kind =
                failure instanceof AssertionError ? "" : failure.getClass().getSimpleName() + ": ";
        return kind + text.substring(0, Math.min(text.length(), LONGEST));
    }

    private Count count(TestIdentifier test) {
        return counts.computeIfAbsent(name(test), name -> new Count());
    }

    /** The class and the method that a case is of, or the class alone. */
    private String name(TestIdentifier test) {
        Optional<TestIdentifier> at = Optional.of(test);
        while (at.isPresent()) {
            TestSource source = at.get().getSource().orElse(null);
            if (source instanceof MethodSource method) {
                return simple(method.getClassName()) + "." + method.getMethodName();
            } else if (source instanceof ClassSource type) {
                return simple(type.getClassName());
            }
            at = plan.getParent(at.get());
        }
        return test.getDisplayName();
    }

    private static String simple(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    List<Check> checks() {
        return counts.entrySet().stream()
                .map(e -> check(e.getKey(), e.getValue()))
                .toList();
    }

    private Check check(String name, Count c) {
        String result =
                c.failed > 0 ? c.failed + " FAILED" : c.skipped > 0 ? c.skipped + " skipped: " + c.reason : "ok";
        return new Check(part, name, c.cases, result, c.failed > 0, c.seconds);
    }
}
