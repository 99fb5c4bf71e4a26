package schuss.selftest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.opentest4j.TestAbortedException;

/**
 * What a process that goes on after another has died is not to run: tests that are through, and kinds of cases that ended
 * too many processes. JUnit makes it from its name, so that all it knows comes from a file.
 */
public final class LeftOut implements InvocationInterceptor {
    /** The file with what is left out, a line each: an id, or a method's id, a tab and a kind of its cases. */
    static final String PROPERTY = "schuss.selftest.leftout";

    private final Set<String> lines = new HashSet<>();

    /** For the process at hand. */
    public LeftOut() {
        String file = System.getProperty(PROPERTY);
        if (file != null) {
            try {
                lines.addAll(Files.readAllLines(Path.of(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Of the cases of a method those are alike whose names begin with the same word: for ops, the op. */
    static String kind(String displayName) {
        return displayName.split("[ (]", 2)[0];
    }

    /** A line of the file for a kind of cases. */
    static String line(String method, String kind) {
        return method + "\t" + kind;
    }

    boolean isDone(String id) {
        return lines.contains(id);
    }

    /** For tests that are known beforehand. */
    PostDiscoveryFilter filter() {
        return test -> FilterResult.includedIf(!isDone(test.getUniqueId().toString()));
    }

    @Override
    public void interceptDynamicTest(
            Invocation<Void> invocation, DynamicTestInvocationContext invocationContext, ExtensionContext context)
            throws Throwable {
        proceedUnlessLeftOut(invocation, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation,
            ReflectiveInvocationContext<Method> invocationContext,
            ExtensionContext context)
            throws Throwable {
        proceedUnlessLeftOut(invocation, context);
    }

    private void proceedUnlessLeftOut(Invocation<Void> invocation, ExtensionContext context) throws Throwable {
        String method = context.getParent().map(ExtensionContext::getUniqueId).orElse("");
        String kind = kind(context.getDisplayName());
        if (isDone(context.getUniqueId())) {
            invocation.skip();
        } else if (lines.contains(line(method, kind))) {
            invocation.skip();
            throw new TestAbortedException(kind + " ended too many processes");
        } else {
            invocation.proceed();
        }
    }
}
