package schuss.backend.kernels;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import schuss.Shape;
import schuss.ops.MatMul;
import schuss.ops.Type;

/**
 * The sizes of a matrix product, y (m, n) from op(a) (m, k) and op(b) (k, n), or of a stack of such products, whose
 * results lie one after the other.
 *
 * @param op says which operands are transposed
 * @param m rows of y
 * @param k the extent that is summed over
 * @param n columns of y
 * @param stack the axes of the stack, outermost first, as few as the strides allow; none for a single product
 */
public record ProductTask(MatMul op, long m, long k, long n, List<Axis> stack) {
    /**
     * One axis of a stack.
     *
     * @param extent how many products there are along it
     * @param strideA elements from one product's a to the next one's; 0 where they share it
     * @param strideB the same for b
     * @param strideY from one product's y to the next one's
     */
    public record Axis(long extent, long strideA, long strideB, long strideY) {}

    /** The task of an op whose inputs have these types. */
    public static ProductTask of(MatMul op, List<Type> inputs) {
        Shape a = inputs.get(0).shape();
        Shape b = inputs.get(1).shape();
        Shape y = op.infer(inputs.subList(0, 2)).get(0).shape();
        long m = y.dim(-2);
        long k = op.inner(a);
        long n = y.dim(-1);
        List<Axis> stack = new ArrayList<>(); // innermost first, until it is turned
        long strideA = m * k;
        long strideB = k * n;
        long strideY = m * n;
        for (int axis = 3; axis <= y.rank(); axis++) {
            long ofA = axis <= a.rank() ? a.dim(-axis) : 1;
            long ofB = axis <= b.rank() ? b.dim(-axis) : 1;
            push(stack, new Axis(y.dim(-axis), ofA == 1 ? 0 : strideA, ofB == 1 ? 0 : strideB, strideY));
            strideA *= ofA;
            strideB *= ofB;
            strideY *= y.dim(-axis);
        }
        if (!op.transposeA() && !stack.isEmpty() && stack.get(0).strideB == 0 && stack.get(0).strideA == m * k) {
            m *= stack.remove(0).extent; // one b for all these rows of a: they are one taller matrix
        }
        Collections.reverse(stack);
        return new ProductTask(op, m, k, n, List.copyOf(stack));
    }

    /** Adds an axis, as part of the one inside it where both operands go on in its stride. */
    private static void push(List<Axis> stack, Axis axis) {
        if (axis.extent == 1) {
            return;
        }
        int last = stack.size() - 1;
        Axis inside = last < 0 ? null : stack.get(last);
        if (inside != null
                && axis.strideA == inside.extent * inside.strideA
                && axis.strideB == inside.extent * inside.strideB) {
            stack.set(last, new Axis(axis.extent * inside.extent, inside.strideA, inside.strideB, inside.strideY));
        } else {
            stack.add(axis);
        }
    }

    /** How many products there are. */
    public long products() {
        return stack.stream().mapToLong(Axis::extent).reduce(1, Math::multiplyExact);
    }
}
