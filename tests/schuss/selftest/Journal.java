package schuss.selftest;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.opentest4j.TestAbortedException;

/**
 * Tells of each test as it begins and ends, in a file that another process reads. After an error that leaves the GPU
 * useless for this process it ends it: all later tests would fail for a reason that is not theirs.
 */
final class Journal implements TestExecutionListener {
    /** Exit code of a process that lost its GPU. */
    static final int LOST = 3;

    private static final int LONGEST = 1500; // characters of a message

    /** What messages of errors that stay hold. */
    private static final String[] LASTING = {
        "can't be used any more",
        "CUDA_ERROR_ILLEGAL_ADDRESS",
        "CUDA_ERROR_LAUNCH_FAILED",
        "CUDA_ERROR_LAUNCH_TIMEOUT",
        "CUDA_ERROR_MISALIGNED_ADDRESS",
        "CUDA_ERROR_INVALID_ADDRESS_SPACE",
        "CUDA_ERROR_INVALID_PC",
        "CUDA_ERROR_ILLEGAL_INSTRUCTION",
        "CUDA_ERROR_HARDWARE_STACK_ERROR",
        "CUDA_ERROR_ASSERT",
        "CUDA_ERROR_CONTEXT_IS_DESTROYED",
        "CUDA_ERROR_ECC_UNCORRECTABLE"
    };

    private final OutputStream file;
    private final LeftOut leftOut;
    private final Map<String, Long> began = new ConcurrentHashMap<>();
    private TestPlan plan;

    Journal(Path file, LeftOut leftOut) throws IOException {
        this.file = new FileOutputStream(file.toFile(), true);
        this.leftOut = leftOut;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
    }

    @Override
    public void testPlanExecutionFinished(TestPlan finished) {
        write(new Event(Event.Kind.END, "", "", "", 0));
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        began.put(test.getUniqueId(), System.nanoTime());
        tell(Event.Kind.BEGUN, test, test.getDisplayName(), 0);
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        tell(Event.Kind.SKIPPED, test, reason, 0);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        double seconds = (System.nanoTime() - began.remove(test.getUniqueId())) / 1e9;
        Throwable failure = result.getThrowable().orElse(null);
        String message = failure == null ? "" : message(failure);
        switch (result.getStatus()) {
            case SUCCESSFUL -> tell(test.isTest() ? Event.Kind.PASSED : Event.Kind.OVER, test, message, seconds);
            case ABORTED -> tell(Event.Kind.SKIPPED, test, message, seconds);
            case FAILED -> tell(Event.Kind.FAILED, test, message, seconds);
        }
        if (failure != null && isLasting(failure)) {
            System.out.println("the GPU is lost to this process, which ends");
            System.out.flush();
            Runtime.getRuntime().halt(LOST); // closing what is on the GPU could fail, or hang
        }
    }

    private static boolean isLasting(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (isLasting(String.valueOf(cause.getMessage()))
                    || Stream.of(cause.getSuppressed()).anyMatch(Journal::isLasting)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLasting(String message) {
        return Stream.of(LASTING).anyMatch(message::contains);
    }

    private static String message(Throwable failure) {
        String text = failure instanceof AssertionError || failure.getMessage() != null
                ? String.valueOf(failure.getMessage())
                : "";
        boolean plain = failure instanceof AssertionError || failure instanceof TestAbortedException;
        String kind = plain ? "" : failure.getClass().getSimpleName() + ": ";
        return kind + text.substring(0, Math.min(text.length(), LONGEST));
    }

    private void tell(Event.Kind kind, TestIdentifier test, String text, double seconds) {
        if (test.getParentId().isPresent() && !leftOut.isDone(test.getUniqueId())) {
            write(new Event(kind, test.getUniqueId(), name(test), text, seconds));
        }
    }

    private synchronized void write(Event event) {
        try {
            file.write(
                    (event.line() + "\n").getBytes(StandardCharsets.UTF_8)); // at once: the next test may be the last
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
}
