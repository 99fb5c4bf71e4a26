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

/** Every formula on a GPU's interpreter, which runs where there is no compiler; {@link CudaDeviceTest} compiles them. */
@Tag("cuda")
class CudaInterpreterTest {
    private static final String CHOICE = "schuss.cuda.pointwise";

    private static OpCheck check;

    @BeforeAll
    static void open() {
        System.setProperty(CHOICE, "interpreter");
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
    Stream<DynamicTest> formulas() {
        return OpCases.chosen().stream()
                .filter(c -> OpCheck.isFormula(c.op()))
                .map(c -> dynamicTest(c.toString(), () -> check.check(c)));
    }
}
