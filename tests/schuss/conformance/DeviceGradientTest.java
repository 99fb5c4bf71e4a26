package schuss.conformance;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Every op of every gradient on every native candidate of the processor against the reference. */
@Tag("conformance")
class DeviceGradientTest {
    private static ProcessorCheck check;

    @BeforeAll
    static void open() {
        check = new ProcessorCheck();
    }

    @AfterAll
    static void close() {
        check.close();
    }

    @TestFactory
    Stream<DynamicTest> gradientOps() {
        return GradientTest.writtenGradients()
                .map(c -> dynamicTest(c.toString(), () -> check.ops().checkGradient(c)));
    }
}
