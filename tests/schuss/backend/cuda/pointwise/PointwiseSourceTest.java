package schuss.backend.cuda.pointwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.backend.kernels.Bytecode;
import schuss.backend.kernels.Elementwise;
import schuss.ops.Expression;

/** What is written for formulas; {@code CudaDeviceTest} runs it. */
class PointwiseSourceTest {
    private static final Expression A = Expression.input(0);
    private static final Expression B = Expression.input(1);

    /** Of rows and one bias for all of them. */
    private static PointwiseSource rowsAndBias(long rows, long columns) {
        return PointwiseSource.of(new Elementwise(
                Bytecode.of(List.of(A.add(B)), 2),
                List.of(DType.F32, DType.F32),
                List.of(DType.F32),
                new long[] {columns, 1, 0, 1},
                new long[] {rows, columns}));
    }

    private static PointwiseSource contiguous(Expression expression, DType type, long size) {
        return contiguous(expression, type, DType.F32, size);
    }

    private static PointwiseSource contiguous(Expression expression, DType type, DType result, long size) {
        boolean integers = type.isInteger() && result.isInteger();
        List<Expression> formula = List.of(expression);
        Bytecode tape = integers ? Bytecode.inIntegers(formula, 1) : Bytecode.of(formula, 1);
        return PointwiseSource.of(
                new Elementwise(tape, List.of(type), List.of(result), new long[] {1}, new long[] {size}));
    }

    @Test
    void sizesChangeNothing() {
        assertEquals(rowsAndBias(128, 10), rowsAndBias(16, 1000));
        assertEquals(contiguous(A.relu(), DType.F32, 3), contiguous(A.relu(), DType.F32, 1 << 20));
    }

    @Test
    void indicesBeyondThirtyTwoBitsAreOfSixtyFour() {
        PointwiseSource large = rowsAndBias(1L << 22, 1 << 10);
        assertNotEquals(rowsAndBias(128, 10).kernel(), large.kernel());
        assertTrue(large.text().contains("int64_t extent1"), large.text());
        assertFalse(large.text().contains("uint32_t"), large.text());
    }

    @Test
    void onlyContiguousInputsAreReadAsVectors() {
        assertTrue(contiguous(A.relu(), DType.F32, 5).vector());
        assertTrue(contiguous(A.relu(), DType.U8, 5).vector());
        assertFalse(rowsAndBias(3, 5).vector());
    }

    @Test
    void differentFormulasAndTypesHaveDifferentNames() {
        String relu = contiguous(A.relu(), DType.F32, 5).kernel();
        assertNotEquals(relu, contiguous(A.tanh(), DType.F32, 5).kernel());
        assertNotEquals(relu, contiguous(A.relu(), DType.I32, 5).kernel());
        assertNotEquals(
                contiguous(A.mul(0.1), DType.F32, 5).kernel(),
                contiguous(A.mul(0.2), DType.F32, 5).kernel());
    }

    @Test
    void otherResultsAreWrittenOneByOne() {
        PointwiseSource half = contiguous(A.relu(), DType.F32, DType.BF16, 5);
        assertFalse(half.vector());
        assertTrue(half.text().contains("pointwise::Bf16* out0"), half.text());
        assertNotEquals(
                half.kernel(), contiguous(A.relu(), DType.F32, DType.BOOL, 5).kernel());
    }

    @Test
    void wholeNumbersStayWhole() {
        String text = contiguous(A.add(1 << 30), DType.I64, DType.I64, 5).text();
        assertTrue(text.contains("int64_t{1073741824LL}"), text);
        assertFalse(text.contains("float"), text);
    }

    @Test
    void constantsAreWrittenExactly() {
        String text = contiguous(A.mul(0.1).max(Expression.constant(Double.NEGATIVE_INFINITY)), DType.F32, 5)
                .text();
        assertTrue(text.contains(Float.toHexString(0.1f) + "f"), text);
        assertTrue(text.contains("-INFINITY"), text);
    }
}
