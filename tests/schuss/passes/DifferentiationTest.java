package schuss.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import schuss.Shape;
import schuss.ir.ProgramBuilder;
import schuss.ir.Section;
import schuss.ops.Op;
import schuss.ops.Type;
import schuss.ops.Value;

/** What both modes of differentiation write down; their numbers are tested with the ops. */
class DifferentiationTest {
    private static final Type VECTOR = Type.f32(Shape.of(3));

    private final ProgramBuilder builder = new ProgramBuilder();
    private final Value a = builder.input("a", VECTOR);
    private final Value b = builder.input("b", VECTOR);
    private final Value direction = builder.input("direction", VECTOR);

    private int steps() {
        return builder.steps(Section.BODY).size();
    }

    @Test
    void whatDoesNotDependIsLeftOut() {
        Value exp = a.exp();
        Value y = exp.mul(b.tanh().square());
        int before = steps();
        Map<Value, Value> tangents = Tangent.of(builder, Map.of(a, direction));
        assertEquals(before + 2, steps()); // of exp and of the product
        assertEquals(Set.of(a, exp, y), tangents.keySet());
        Map<Value, Value> gradients = Grad.of(builder, Map.of(y, direction), List.of(a));
        assertTrue(gradients.containsKey(a));
        assertFalse(gradients.containsKey(b));
    }

    /** A net twice as deep takes twice the steps, in either mode. */
    @Test
    void aProgramGrowsWithItsSteps() {
        assertEquals(2 * written(20), written(40));
    }

    private static int written(int depth) {
        ProgramBuilder deep = new ProgramBuilder();
        Value x = deep.input("x", VECTOR);
        Value y = x;
        for (int i = 0; i < depth; i++) {
            y = y.tanh();
        }
        Grad.of(deep, Map.of(y, deep.input("dy", VECTOR)), List.of(x));
        Tangent.of(deep, Map.of(x, deep.input("dx", VECTOR)));
        return deep.steps(Section.BODY).size();
    }

    private record Opaque() implements Op {
        @Override
        public List<Type> infer(List<Type> inputs) {
            return inputs;
        }
    }

    @Test
    void anOpWithoutDerivativesIsNamed() {
        Value y = Value.of(new Opaque(), a);
        String tangent = assertThrows(IllegalStateException.class, () -> Tangent.of(builder, Map.of(a, direction)))
                .getMessage();
        assertTrue(tangent.contains("Opaque") && tangent.contains("Op.tangent"), tangent);
        String gradient = assertThrows(IllegalStateException.class, () -> Grad.of(builder, y, List.of(a)))
                .getMessage();
        assertTrue(gradient.contains("Opaque") && gradient.contains("Op.gradient"), gradient);
    }

    @Test
    void shapesMustFit() {
        Value scalar = builder.input("scalar", Type.f32(Shape.of()));
        Value y = a.exp();
        String tangent = assertThrows(IllegalArgumentException.class, () -> Tangent.of(builder, Map.of(a, scalar)))
                .getMessage();
        assertTrue(tangent.contains(a.toString()) && tangent.contains(scalar.toString()), tangent);
        assertThrows(IllegalArgumentException.class, () -> Grad.of(builder, Map.of(y, scalar), List.of(a)));
    }
}
