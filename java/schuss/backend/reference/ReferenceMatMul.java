package schuss.backend.reference;

import java.util.Arrays;
import schuss.DType;
import schuss.Shape;
import schuss.ops.FusedMatMul;
import schuss.ops.FusedProduct;
import schuss.ops.MatMul;
import schuss.ops.Type;

/** Matrix products. x are the inputs, y the outputs. */
final class ReferenceMatMul {
    private ReferenceMatMul() {}

    static void register(ReferenceBackend backend) {
        backend.loop(MatMul.class, ReferenceMatMul::matMul);
        backend.loop(FusedMatMul.class, ReferenceMatMul::fusedMatMul);
    }

    private static void matMul(MatMul op, Array[] x, Array[] y) {
        Shape stack = stack(y[0].shape());
        for (int i = 0; i < stack.size(); i++) {
            matMul(op, matrix(x[0], i, stack), matrix(x[1], i, stack), matrix(y[0], i, stack));
        }
    }

    /** The axes in front of the matrices. */
    private static Shape stack(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.dimensions(), shape.rank() - 2));
    }

    /** The matrix that broadcasting the axes in front to {@code target} puts at a position there. */
    private static Array matrix(Array x, int position, Shape target) {
        DType dtype = x.type().dtype();
        Shape shape = Shape.of(x.shape().dim(-2), x.shape().dim(-1));
        Array stack = new Array(x.elements(), x.offset(), new Type(dtype, stack(x.shape())));
        int index = stack.broadcastIndex(position, target) * Math.toIntExact(shape.size());
        return new Array(x.elements(), x.offset() + index, new Type(dtype, shape));
    }

    private static void matMul(MatMul op, Array a, Array b, Array y) {
        int rows = y.shape().dim(0);
        int columns = y.shape().dim(1);
        int inner = op.inner(a.shape());
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                double sum = 0;
                for (int k = 0; k < inner; k++) {
                    sum += a.get(op.transposeA() ? k * rows + i : i * inner + k)
                            * b.get(op.transposeB() ? j * inner + k : k * columns + j);
                }
                y.set(i * columns + j, sum);
            }
        }
    }

    private static void fusedMatMul(FusedMatMul op, Array[] x, Array[] y) {
        matMul(op.product(), x, y);
        epilogue(op, x, y);
    }

    /** Bias and activation of a product. */
    static void epilogue(FusedProduct op, Array[] x, Array[] y) {
        int columns = y[0].shape().dim(-1);
        for (int i = 0; i < y[0].size(); i++) {
            double sum = y[0].get(i) + (op.bias() ? x[2].get(i % columns) : 0);
            y[0].set(i, op.activation().evaluate(sum));
        }
    }
}
