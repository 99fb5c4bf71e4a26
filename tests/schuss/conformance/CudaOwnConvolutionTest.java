package schuss.conformance;

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
import schuss.ops.Convolution;

/** Every convolution and its gradients by our own kernels, which {@link CudaDeviceTest} sees only where they are chosen. */
@Tag("cuda")
class CudaOwnConvolutionTest {
    private static final String CHOICE = "schuss.cuda.convolution";

    private static OpCheck check;

    @BeforeAll
    static void open() {
        System.setProperty(CHOICE, "own");
        try {
            Machine gpu = new Machine(Device.cuda(CudaOptions.DEFAULT));
            check = new OpCheck(List.of(gpu), (machine, op, elements) -> true);
        } finally {
            System.clearProperty(CHOICE);
        }
    }

    @AfterAll
    static void close() {
        check.close();
    }

    @TestFactory
    Stream<DynamicTest> convolutions() {
        return OpCases.chosen().stream()
                .filter(c -> c.op() instanceof Convolution
                        || c.op() instanceof Convolution.DataGradient
                        || c.op() instanceof Convolution.WeightGradient)
                .map(c -> dynamicTest(c.toString(), () -> check.check(c)));
    }
}
