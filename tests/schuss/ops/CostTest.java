package schuss.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.Shape;
import schuss.optim.Adam;
import schuss.optim.Momentum;
import schuss.optim.Optimizer;
import schuss.optim.OptimizerStep;

/** What ops cost, against counts by hand. */
class CostTest {
    private static final Expression A = Expression.input(0);

    private static Type f32(int... extents) {
        return Type.f32(Shape.of(extents));
    }

    @Test
    void matrixProducts() {
        List<Type> types = List.of(f32(7, 5), f32(5, 3));
        MatMul product = new MatMul(false, false);
        assertEquals(2 * 7 * 5 * 3, product.operations(types));
        assertEquals(4 * (7 * 5 + 5 * 3 + 7 * 3), product.bytesMoved(types));
        // dw = x' dy
        assertEquals(2 * 7 * 5 * 3, new MatMul(true, false).operations(List.of(f32(7, 5), f32(7, 3))));
    }

    /** The bias is one more addition for each element, and a ReLU one more function. */
    @Test
    void whatIsFusedIntoAProductCountsToo() {
        List<Type> types = List.of(f32(7, 5), f32(5, 3), f32(3));
        FusedMatMul fused = new FusedMatMul(new MatMul(false, false), true, A.relu());
        assertEquals(7 * 5 * 3, fused.multiplyAdds(types));
        assertEquals(2 * 7 * 5 * 3 + 2 * 7 * 3, fused.operations(types));
        assertEquals(4 * (7 * 5 + 5 * 3 + 3 + 7 * 3), fused.bytesMoved(types));
    }

    /** All three convolutions have as many products; what is packed has the bytes of its form. */
    @Test
    void convolutions() {
        Convolution convolution = new Convolution(1, 1, 1, 1, 1, 1, 1, 1, 1);
        Type x = f32(2, 8, 8, 3);
        Type w = f32(3, 3, 3, 4);
        Type y = f32(2, 8, 8, 4);
        long operations = 2L * (2 * 8 * 8 * 4) * (3 * 3 * 3);
        assertEquals(List.of(y), convolution.infer(List.of(x, w)));
        assertEquals(operations, convolution.operations(List.of(x, w)));
        assertEquals(operations, new Convolution.DataGradient(convolution, 8, 8).operations(List.of(y, w)));
        assertEquals(operations, new Convolution.WeightGradient(convolution, 3, 3).operations(List.of(x, y)));
        assertEquals(x.bytes() + w.bytes() + y.bytes(), convolution.bytesMoved(List.of(x, w)));
        Type packed = new Type(DType.U8, Shape.of(1000));
        Packed reader = new Packed(convolution, 1, w);
        assertEquals(operations, reader.operations(List.of(x, packed)));
        assertEquals(x.bytes() + 1000 + y.bytes(), reader.bytesMoved(List.of(x, packed)));
        FusedConvolution fused = new FusedConvolution(convolution, false, A.relu());
        assertEquals(operations + 2 * 8 * 8 * 4, fused.operations(List.of(x, w)));
    }

    /** A column and a row become a matrix, with three functions an element. */
    @Test
    void formulas() {
        Expression formula = A.add(Expression.input(1)).mul(2).tanh();
        List<Type> types = List.of(f32(5, 1), f32(7));
        Pointwise op = new Pointwise(formula, 2);
        assertEquals(3 * 35, op.operations(types));
        assertEquals(4 * (5 + 7 + 35), op.bytesMoved(types));
    }

    @Test
    void onlyWhatIsReadOfATableCounts() {
        Type labels = new Type(DType.I32, Shape.of(6));
        assertEquals(6 * 4 + 2 * (6 * 10 * 4), new Gather().bytesMoved(List.of(f32(1000, 10), labels)));
        assertEquals(0, new Gather().operations(List.of(f32(1000, 10), labels)));
        assertEquals(2 * (2 * 4), new Slice(List.of(3), List.of(5)).bytesMoved(List.of(f32(100))));
        assertEquals(100, new Reduce(List.of(0), 1).operations(List.of(f32(100))));
    }

    /** Momentum: v = a v + b g, p = p + c v + d g. Seven operations a parameter, none for what is frozen; p and v both ways. */
    @Test
    void updates() {
        int n = 128;
        Type group = new Type(DType.U8, Shape.of(2));
        Type coefficients = f32(OptimizerStep.GROUP_COEFFICIENTS);
        Type flag = new Type(DType.I32, Shape.of());
        List<Type> types = List.of(f32(n), f32(n), f32(n), group, coefficients, flag);
        assertEquals(7L * n, step(new Momentum(0.1, 0.9), n).operations(types));
        assertEquals(7 * n / 2, step(new Momentum(0.1, 0.9), n / 2).operations(types));
        assertEquals(
                5 * 4 * n + 2 + coefficients.bytes() + 4,
                step(new Momentum(0.1, 0.9), n).bytesMoved(types));
        List<Type> adam = List.of(f32(n), f32(n), f32(n), f32(n), group, coefficients, flag);
        assertEquals(
                7 * 4 * n + 2 + coefficients.bytes() + 4, step(new Adam(), n).bytesMoved(adam));
    }

    private static OptimizerStep step(Optimizer optimizer, int elements) {
        return new OptimizerStep(optimizer, OptimizerStep.Terms.NONE, List.of(new OptimizerStep.Run(0, elements, 0)));
    }
}
