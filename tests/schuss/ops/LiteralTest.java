package schuss.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.Shape;

/** Given numbers as values. */
class LiteralTest {
    private static final Shape PAIR = Shape.of(2);

    @Test
    void eachTypeKeepsItsNumbers() {
        assertEquals(new Type(DType.F32, PAIR), Literal.of(PAIR, 0.5f, 2f).type());
        assertEquals(new Type(DType.I32, PAIR), Literal.of(PAIR, 1, 2).type());
        assertEquals(new Type(DType.I64, PAIR), Literal.of(PAIR, 1L << 40, 2L).type());
        assertEquals(
                new Type(DType.U8, PAIR), Literal.of(PAIR, (byte) -1, (byte) 2).type());
        assertEquals(new Type(DType.BOOL, PAIR), Literal.of(PAIR, true, false).type());
        assertEquals((float) 0.1, Literal.of(PAIR, 0.1, 2).get(0));
        assertEquals(0x1p40, Literal.of(PAIR, 1L << 40, 2L).get(0));
        assertEquals(255, Literal.of(PAIR, (byte) -1, (byte) 2).get(0));
        assertEquals(1, Literal.of(PAIR, true, false).get(0));
    }

    @Test
    void equalBitsAreEqual() {
        Literal a = Literal.of(PAIR, 1f, Float.NaN);
        assertEquals(a, Literal.of(PAIR, 1f, Float.NaN));
        assertEquals(a.hashCode(), Literal.of(PAIR, 1f, Float.NaN).hashCode());
        assertNotEquals(a, Literal.of(PAIR, 1f, 2f));
        assertNotEquals(Literal.of(PAIR, 0f, 1f), Literal.of(PAIR, -0f, 1f));
        assertNotEquals(Literal.of(PAIR, 0f, 0f), Literal.of(PAIR, 0, 0));
        assertNotEquals(Literal.of(PAIR, 0, 0), Literal.of(Shape.of(2, 1), 0, 0));
        assertEquals(new Constant(a), new Constant(Literal.of(PAIR, 1f, Float.NaN)));
    }

    @Test
    void nobodyChangesThem() {
        int[] numbers = {1, 2};
        Literal literal = Literal.of(PAIR, numbers);
        numbers[0] = 9;
        assertEquals(1, literal.get(0));
        assertTrue(literal.bytes().isReadOnly());
        int[] back = new int[2];
        literal.bytes().asIntBuffer().get(back);
        assertArrayEquals(new int[] {1, 2}, back);
    }

    @Test
    void printsItsTypeAndTheFirstNumbers() {
        assertEquals("i32(2)[1.0, 2.0]", Literal.of(PAIR, 1, 2).toString());
        assertEquals(
                "f32(1000000)[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, ...]",
                Literal.of(Shape.of(1_000_000), new float[1_000_000]).toString());
    }

    @Test
    void asManyAsTheShapeHas() {
        String message = assertThrows(IllegalArgumentException.class, () -> Literal.of(PAIR, 1f))
                .getMessage();
        assertEquals("Literal (2): expected 2 numbers, got 1", message);
    }
}
