package schuss.conformance;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import schuss.ops.Convolution;

/** Every convolution and its gradients by our own kernels, which {@link CudaDeviceTest} sees only where they are chosen. */
@Tag("cuda")
class CudaOwnConvolutionTest {
    private static OpCheck check;

    @BeforeAll
    static void open() {
        check = new OpCheck(List.of(Machine.gpu("schuss.cuda.convolution", "own")), (machine, op, elements) -> true);
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
