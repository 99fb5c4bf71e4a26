package schuss.conformance;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Every formula on a GPU's interpreter, which runs where there is no compiler; {@link CudaDeviceTest} compiles them. */
@Tag("cuda")
class CudaInterpreterTest {
    private static OpCheck check;

    @BeforeAll
    static void open() {
        check = new OpCheck(
                List.of(Machine.gpu("schuss.cuda.pointwise", "interpreter")), (machine, op, elements) -> true);
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
