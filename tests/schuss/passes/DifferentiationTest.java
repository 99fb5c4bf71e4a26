package schuss.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
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

    /** Ten directions take ten times the steps of one, where each is of the outputs that are asked for. */
    @Test
    void directionsDoNotAddUp() {
        assertEquals(10 * directions(1), directions(10));
    }

    private static int directions(int count) {
        ProgramBuilder many = new ProgramBuilder();
        Value x = many.input("x", VECTOR);
        Value y = x.tanh().exp().sum();
        int before = many.steps(Section.BODY).size();
        for (int i = 0; i < count; i++) {
            Map<Value, Value> tangents = Tangent.of(many, Map.of(x, many.input("direction " + i, VECTOR)), List.of(y));
            many.output("slope " + i, tangents.get(y));
        }
        return many.steps(Section.BODY).size() - before;
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

    /** An op whose derivatives are of other types than they should be. */
    private record Careless(List<Value> derivatives) implements Op {
        @Override
        public List<Type> infer(List<Type> inputs) {
            return List.of(VECTOR);
        }

        @Override
        public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
            return derivatives;
        }

        @Override
        public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
            return derivatives;
        }
    }

    private static String careless(UnaryOperator<List<Value>> derivatives) {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", VECTOR);
        Value s = builder.input("s", Type.f32(Shape.of()));
        Value y = Value.of(new Careless(derivatives.apply(List.of(x, s))), x, x);
        return assertThrows(IllegalStateException.class, () -> Grad.of(builder, y, List.of(x)))
                .getMessage();
    }

    /** Else a kernel would write past a gradient's memory. */
    @Test
    void derivativesOfTheWrongTypeAreRefused() {
        assertEquals(
                "gradient of Careless: expected f32(3) as value 0, got f32()",
                careless(v -> List.of(v.get(1), v.get(0))));
        assertEquals("gradient of Careless: expected 2 values, got 1", careless(v -> v.subList(0, 1)));
        assertEquals("derivative of Careless: expected a value for each input, got null", careless(v -> null));
        ProgramBuilder other = new ProgramBuilder();
        Value x = other.input("x", VECTOR);
        Value y = Value.of(new Careless(List.of(x, x)), x);
        assertEquals(
                "tangent of Careless: expected 1 values, got 2",
                assertThrows(IllegalStateException.class, () -> Tangent.of(other, Map.of(x, x)))
                        .getMessage());
        other.output("y", y);
    }

    /** Values are numbered, and those of another program have the same numbers. */
    @Test
    void valuesOfAnotherProgramAreRefused() {
        ProgramBuilder other = new ProgramBuilder();
        Value foreign = other.input("a", VECTOR);
        String expected = "program: expected a value of this one, got " + foreign + " of another";
        Value y = a.exp();
        for (org.junit.jupiter.api.function.Executable use : List.<org.junit.jupiter.api.function.Executable>of(
                () -> builder.output("o", foreign),
                () -> builder.place(foreign, schuss.ir.Place.whole("s")),
                () -> Grad.of(builder, y, List.of(foreign)),
                () -> Grad.of(builder, foreign, List.of(a)),
                () -> Tangent.of(builder, Map.of(foreign, direction)),
                () -> Tangent.of(builder, Map.of(a, foreign)))) {
            assertEquals(
                    expected, assertThrows(IllegalArgumentException.class, use).getMessage());
        }
        // those of the program that is continued are its own
        builder.output("y", y);
        ProgramBuilder more = ProgramBuilder.of(builder.build());
        more.output("dy", Grad.of(more, y, List.of(a)).get(a));
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
