package schuss.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static schuss.DType.BF16;
import static schuss.DType.BOOL;
import static schuss.DType.F32;
import static schuss.DType.F64;
import static schuss.DType.I32;
import static schuss.DType.I64;
import static schuss.DType.U8;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.Shape;

/** Which types ops take and give. */
class TypesTest {
    private static final Expression A = Expression.input(0);
    private static final Expression B = Expression.input(1);
    private static final Shape SHAPE = Shape.of(2, 2);

    private static List<Type> types(DType... dtypes) {
        return Arrays.stream(dtypes).map(dtype -> new Type(dtype, SHAPE)).toList();
    }

    private static DType result(Op op, DType... inputs) {
        return op.infer(types(inputs)).get(0).dtype();
    }

    private static DType result(Expression e, DType... inputs) {
        return result(new Pointwise(e, inputs.length), inputs);
    }

    private static String problem(Op op, DType... inputs) {
        return assertThrows(IllegalArgumentException.class, () -> result(op, inputs))
                .getMessage();
    }

    @Test
    void arithmeticKeepsTheTypeOfItsInputs() {
        for (DType type : List.of(F32, BF16, I32, I64, U8)) {
            assertEquals(type, result(A.add(B), type, type));
            assertEquals(type, result(A.mul(2).max(B), type, type));
        }
        assertEquals(BF16, result(A.mul(A.sigmoid()), BF16));
        assertEquals(BF16, result(Expression.where(A.greater(B), A, A.mul(0.01)), BF16, BF16));
    }

    @Test
    void ofSeveralTypesOneComesFirst() {
        assertEquals(F32, result(A.add(B), F32, BF16));
        assertEquals(F32, result(A.add(B), U8, F32));
        assertEquals(BF16, result(A.add(B), BF16, I32));
        assertEquals(I64, result(A.add(B), I32, I64));
        assertEquals(I32, result(A.add(B), U8, I32));
    }

    @Test
    void whatLeavesTheWholeNumbersIsSingle() {
        assertEquals(F32, result(A.div(B), I32, I32));
        assertEquals(F32, result(A.exp(), I32));
        assertEquals(F32, result(A.mul(1.0 / 255), U8));
        assertEquals(F32, result(A.add(B), BOOL, BOOL));
        assertEquals(F32, result(A.mul(2), BOOL));
    }

    @Test
    void comparisonsAndLogicGiveTruths() {
        for (DType type : List.of(F32, BF16, I32, I64, U8, BOOL)) {
            assertEquals(BOOL, result(A.equal(B), type, type));
            assertEquals(BOOL, result(A.greaterEqual(B), type, F32));
        }
        assertEquals(BOOL, result(A.and(B.not()), BOOL, BOOL));
        assertEquals(F32, result(A.greater(B).mul(A), F32, F32));
        assertEquals(
                "Pointwise (a && b): expected logic of truth values (bool), got [bool(2, 2), f32(2, 2)]",
                problem(new Pointwise(A.and(B), 2), BOOL, F32));
    }

    @Test
    void choicesAreOfTheirBranches() {
        Expression where = Expression.where(A, B, Expression.input(2));
        for (DType type : List.of(F32, BF16, I32, I64, U8, BOOL)) {
            assertEquals(type, result(where, BOOL, type, type));
        }
        assertEquals(F32, result(Expression.where(A, Expression.constant(1), Expression.constant(0)), BOOL));
    }

    @Test
    void realOpsKeepTheirType() {
        for (DType type : List.of(F32, BF16)) {
            assertEquals(type, result(new Softmax(), type));
            assertEquals(type, result(new Reduce(List.of(0), 1), type));
            assertEquals(type, result(new MatMul(false, false), type, type));
            assertEquals(type, result(new Gather(), type, I64));
        }
        assertEquals("Softmax: expected f32 or bf16 as input 0, got [i32(2, 2)]", problem(new Softmax(), I32));
        assertEquals(
                "MatMul: expected matrices of one type, got [f32(2, 2), bf16(2, 2)]",
                problem(new MatMul(false, false), F32, BF16));
        assertEquals("Gather: expected i32 or i64 indices, got u8(2, 2)", problem(new Gather(), F32, U8));
        assertEquals(
                "Pointwise (a + b): expected elements of f32, bf16, i32, i64, u8 or bool, got [f64(2, 2), f64(2, 2)]",
                problem(new Pointwise(A.add(B), 2), F64, F64));
    }

    @Test
    void stacksOfMatricesBroadcast() {
        MatMul op = new MatMul(false, true);
        assertEquals(
                List.of(Type.f32(Shape.of(2, 5, 3, 4))),
                op.infer(List.of(Type.f32(Shape.of(2, 1, 3, 7)), Type.f32(Shape.of(5, 4, 7)))));
        List<Type> wrong = List.of(Type.f32(Shape.of(2, 3, 7)), Type.f32(Shape.of(5, 4, 7)));
        String message = assertThrows(IllegalArgumentException.class, () -> op.infer(wrong))
                .getMessage();
        assertEquals(
                "MatMul b': expected axes before the last two that broadcast, got (2, 3, 7) and (5, 4, 7)", message);
        assertEquals(
                2 * 5 * 3 * 4 * 7,
                op.multiplyAdds(List.of(Type.f32(Shape.of(2, 1, 3, 7)), Type.f32(Shape.of(5, 4, 7)))));
    }
}
