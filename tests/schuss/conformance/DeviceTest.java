package schuss.conformance;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import schuss.CpuOptions;
import schuss.Device;
import schuss.ops.Fill;
import schuss.ops.Op;

/** Every op, and every op of every gradient, on every native candidate of the processor against the reference. */
@Tag("conformance")
class DeviceTest {
    /** From here on kernels may share their work between threads; below, two threads are one. */
    private static final long SHARED_FROM = 8192;

    private static final List<Machine> machines = new ArrayList<>();
    private static OpCheck check;

    @BeforeAll
    static void open() {
        for (int threads : new int[] {1, 2}) {
            for (CpuOptions.Provider provider : CpuOptions.Provider.values()) {
                machines.add(new Machine(Device.cpu(threads, provider)));
            }
        }
        check = new OpCheck(machines, DeviceTest::applies);
    }

    @AfterAll
    static void close() {
        check.close();
        machines.clear();
    }

    @TestFactory
    Stream<DynamicTest> ops() {
        return OpCases.chosen().stream().map(c -> dynamicTest(c.toString(), () -> check.check(c)));
    }

    @TestFactory
    Stream<DynamicTest> gradientOps() {
        return GradientTest.writtenGradients().map(c -> dynamicTest(c.toString(), () -> check.checkGradient(c)));
    }

    /** Providers differ for products only, threads only where there is enough to share. */
    private static boolean applies(Machine machine, Op op, long elements) {
        boolean openBlas = machines.indexOf(machine) % 2 == 1;
        return (machine.device().threads() == 1 || elements >= SHARED_FROM || op instanceof Fill)
                && (!openBlas || OpCheck.isProduct(op));
    }
}
