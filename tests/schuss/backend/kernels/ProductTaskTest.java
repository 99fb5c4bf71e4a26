package schuss.backend.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import schuss.Shape;
import schuss.backend.kernels.ProductTask.Axis;
import schuss.ops.MatMul;
import schuss.ops.Type;

/** How stacks of matrices come down to few axes, or to one taller matrix. */
class ProductTaskTest {
    private static ProductTask of(MatMul op, Shape a, Shape b) {
        return ProductTask.of(op, List.of(Type.f32(a), Type.f32(b)));
    }

    private static ProductTask of(Shape a, Shape b) {
        return of(new MatMul(false, false), a, b);
    }

    @Test
    void twoMatricesAreOneProduct() {
        ProductTask task = of(Shape.of(3, 5), Shape.of(5, 7));
        assertEquals(new ProductTask(new MatMul(false, false), 3, 5, 7, List.of()), task);
        assertEquals(1, task.products());
    }

    @Test
    void oneMatrixForAllRowsIsOneTallerProduct() {
        assertEquals(of(Shape.of(2 * 4 * 3, 5), Shape.of(5, 7)), of(Shape.of(2, 4, 3, 5), Shape.of(5, 7)));
        assertEquals(of(Shape.of(2 * 4 * 3, 5), Shape.of(5, 7)), of(Shape.of(2, 4, 3, 5), Shape.of(1, 1, 5, 7)));
        ProductTask inner = of(Shape.of(2, 4, 3, 5), Shape.of(2, 1, 5, 7));
        assertEquals(4 * 3, inner.m());
        assertEquals(List.of(new Axis(2, 4 * 3 * 5, 5 * 7, 4 * 3 * 7)), inner.stack());
        // rows of a transposed matrix are columns: they do not follow each other
        ProductTask transposed = of(new MatMul(true, false), Shape.of(4, 5, 3), Shape.of(5, 7));
        assertEquals(List.of(new Axis(4, 5 * 3, 0, 3 * 7)), transposed.stack());
    }

    @Test
    void axesOfOneStrideAreOne() {
        assertEquals(
                List.of(new Axis(8, 15, 35, 21)),
                of(Shape.of(2, 4, 3, 5), Shape.of(2, 4, 5, 7)).stack());
        assertEquals(
                List.of(new Axis(8, 0, 35, 21)),
                of(Shape.of(3, 5), Shape.of(2, 4, 5, 7)).stack());
        assertEquals(
                List.of(new Axis(2, 15, 0, 4 * 21), new Axis(4, 0, 35, 21)),
                of(Shape.of(2, 1, 3, 5), Shape.of(1, 4, 5, 7)).stack());
    }
}
