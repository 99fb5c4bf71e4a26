package schuss.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import schuss.CudaOptions;
import schuss.Device;
import schuss.backend.Backend;
import schuss.internal.Inside;
import schuss.ops.FusedProduct;
import schuss.passes.Capabilities;

/** Every op, and every op of every gradient, on a GPU, be it emulated, against the reference. */
@Tag("cuda")
class CudaDeviceTest {
    private static OpCheck check;
    private static Capabilities abilities;

    @BeforeAll
    static void open() {
        Machine gpu = new Machine(Device.cuda(CudaOptions.DEFAULT));
        abilities = Inside.of(gpu.device(), Backend.class).abilities(1);
        check = new OpCheck(List.of(gpu), (machine, op, elements) -> true);
        check.announce(OpCases.chosen(), GradientTest.writtenGradients().toList());
    }

    @AfterAll
    static void close() {
        check.close();
    }

    @TestFactory
    Stream<DynamicTest> ops() {
        return OpCases.chosen().stream()
                .map(c -> dynamicTest(c.toString(), () -> {
                    boolean asked = !(c.op() instanceof FusedProduct) || abilities.fuses(c.op());
                    assumeTrue(asked, "the GPU leaves this activation to a step of its own");
                    check.check(c);
                }));
    }

    @TestFactory
    Stream<DynamicTest> gradientOps() {
        return GradientTest.writtenGradients().map(c -> dynamicTest(c.toString(), () -> check.checkGradient(c)));
    }
}
