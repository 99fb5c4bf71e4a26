package schuss.backend.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.ops.Expression;

/** How formulas' axes are merged. */
class ElementwiseTest {
    private static Elementwise of(long[] extents, long[]... strides) {
        int inputs = strides.length;
        long[] all = java.util.Arrays.stream(strides)
                .flatMapToLong(java.util.Arrays::stream)
                .toArray();
        Bytecode tape = Bytecode.of(List.of(Expression.input(0)), inputs);
        return new Elementwise(tape, Collections.nCopies(inputs, DType.F32), List.of(DType.F32), all, extents);
    }

    private static long[] longs(long... values) {
        return values;
    }

    @Test
    void contiguousInputsHaveOneAxis() {
        Elementwise merged = of(longs(2, 3, 5), longs(15, 5, 1), longs(0, 0, 0)).merged();
        assertArrayEquals(longs(30), merged.extents());
        assertArrayEquals(longs(1, 0), merged.strides());
        assertEquals(30, merged.size());
    }

    @Test
    void axesAlongWhichInputsDifferStay() {
        Elementwise merged =
                of(longs(2, 3, 5, 7), longs(105, 35, 7, 1), longs(7, 0, 0, 1)).merged();
        assertArrayEquals(longs(2, 15, 7), merged.extents());
        assertArrayEquals(longs(105, 7, 1, 7, 0, 1), merged.strides());
    }

    @Test
    void axesOfOneElementVanish() {
        Elementwise merged = of(longs(1, 4, 1, 3, 1), longs(0, 3, 0, 1, 0), longs(0, 1, 0, 0, 0))
                .merged();
        assertArrayEquals(longs(4, 3), merged.extents());
        assertArrayEquals(longs(3, 1, 1, 0), merged.strides());
    }

    @Test
    void oneElementIsContiguous() {
        for (Elementwise one : List.of(of(longs(), longs()), of(longs(1, 1), longs(0, 0)))) {
            assertArrayEquals(longs(1), one.merged().extents());
            assertArrayEquals(longs(1), one.merged().strides());
        }
    }

    @Test
    void typesThatFormulasCannotReadAreRefused() {
        List<DType> types = List.of(DType.F32, DType.F64);
        String message = assertThrows(IllegalStateException.class, () -> Elementwise.codes(types))
                .getMessage();
        assertEquals("pointwise: expected elements of f32, bf16, i32, i64, u8 or bool, got F64", message);
    }
}
