package schuss.backend.cuda.product;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.bytedeco.cuda.cublas.cublasLtMatmulDescOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatrixLayoutOpaque_t;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Pointer;
import schuss.backend.cuda.runtime.HostValues;
import schuss.backend.kernels.ProductTask;
import schuss.ir.Step;
import schuss.ops.Expression;
import schuss.ops.Function1;
import schuss.ops.FusedMatMul;
import schuss.ops.MatMul;

/**
 * A matrix product of singles in cuBLASLt's terms. A matrix whose rows lie one after the other is to cuBLASLt, which counts
 * columns, the transpose: y = op(a) op(b) becomes y' = op(b)' op(a)', so b is its first operand, and a vector that is added
 * to every row of y is a bias of its rows.
 *
 * <p>A stack of products is one call along its longest axis, and one call for each position of the other axes.
 *
 * @param op which operands are transposed
 * @param m rows of y
 * @param k the extent that is summed over
 * @param n columns of y
 * @param stack the products that a call computes
 * @param calls where the matrices of each call begin
 * @param bias whether a vector of n is added to every row
 * @param relu whether max(y, 0) follows
 * @param tf32 whether operands may be rounded to 10 bits of fraction
 */
public record LtProduct(
        MatMul op,
        long m,
        long k,
        long n,
        ProductTask.Axis stack,
        List<Start> calls,
        boolean bias,
        boolean relu,
        boolean tf32) {
    private static final ProductTask.Axis SINGLE = new ProductTask.Axis(1, 0, 0, 0);
    static final int ALIGNMENT = 256; // of all that the planner places

    /** Elements from the beginning of a, b and y to the matrices that a call begins with. */
    record Start(long a, long b, long y) {
        Start along(ProductTask.Axis axis, long position) {
            return new Start(
                    a + position * axis.strideA(), b + position * axis.strideB(), y + position * axis.strideY());
        }
    }

    /** The product of a step; empty where that is none, or has an activation that cuBLASLt does not. */
    public static Optional<LtProduct> of(Step step, boolean tf32) {
        if (step.op() instanceof MatMul product) {
            return Optional.of(of(product, step, false, false, tf32));
        } else if (step.op() instanceof FusedMatMul fused && fuses(fused)) {
            return Optional.of(of(fused.product(), step, fused.bias(), relu(fused), tf32));
        }
        return Optional.empty();
    }

    /** Whether its activation is one that cuBLASLt has. */
    public static boolean fuses(FusedMatMul op) {
        return op.activation().equals(Expression.input(0)) || relu(op);
    }

    private static boolean relu(FusedMatMul op) {
        return op.activation().equals(Expression.input(0).apply(Function1.RELU));
    }

    private static LtProduct of(MatMul op, Step step, boolean bias, boolean relu, boolean tf32) {
        ProductTask task = ProductTask.of(op, step.inputTypes());
        ProductTask.Axis longest = task.stack().stream()
                .max(Comparator.comparingLong(ProductTask.Axis::extent))
                .orElse(SINGLE);
        List<Start> calls = List.of(new Start(0, 0, 0));
        for (ProductTask.Axis axis : task.stack()) {
            if (axis != longest) {
                calls = calls.stream()
                        .flatMap(start -> LongStream.range(0, axis.extent()).mapToObj(i -> start.along(axis, i)))
                        .toList();
            }
        }
        return new LtProduct(op, task.m(), task.k(), task.n(), longest, calls, bias, relu, tf32);
    }

    public LtProduct withoutRelu() {
        return new LtProduct(op, m, k, n, stack, calls, bias, false, tf32);
    }

    public LtProduct withoutEpilogue() {
        return new LtProduct(op, m, k, n, stack, calls, false, false, tf32);
    }

    /** How many products it is. */
    public long products() {
        return calls.size() * stack.extent();
    }

    /** What the addresses of a are a multiple of in every call, in bytes; a power of two. */
    int alignmentOfA() {
        return alignment(Start::a);
    }

    int alignmentOfB() {
        return alignment(Start::b);
    }

    int alignmentOfY() {
        return alignment(Start::y);
    }

    private int alignment(ToLongFunction<Start> operand) {
        long bits = ALIGNMENT;
        for (Start call : calls) {
            bits |= operand.applyAsLong(call) * Float.BYTES;
        }
        return (int) Long.lowestOneBit(bits);
    }

    /** What is computed, with a bias at this address. */
    public cublasLtMatmulDescOpaque_t description(long biasAddress) {
        int precision = tf32 ? cublas.CUBLAS_COMPUTE_32F_FAST_TF32 : cublas.CUBLAS_COMPUTE_32F;
        cublasLtMatmulDescOpaque_t description =
                new cublasLtMatmulDescOpaque_t(HostValues.bytes(Pointer.sizeof(cublasLtMatmulDescOpaque_t.class)));
        CublasLt.check(
                cublas.cublasLtMatmulDescInit(description, precision, cudart.CUDA_R_32F), "cublasLtMatmulDescInit");
        set(description, cublas.CUBLASLT_MATMUL_DESC_TRANSA, transpose(op.transposeB()));
        set(description, cublas.CUBLASLT_MATMUL_DESC_TRANSB, transpose(op.transposeA()));
        set(description, cublas.CUBLASLT_MATMUL_DESC_EPILOGUE, epilogue());
        if (bias) {
            set(description, cublas.CUBLASLT_MATMUL_DESC_BIAS_POINTER, HostValues.int64(biasAddress), Long.BYTES);
        }
        return description;
    }

    private static int transpose(boolean transpose) {
        return transpose ? cublas.CUBLAS_OP_T : cublas.CUBLAS_OP_N;
    }

    private int epilogue() {
        if (bias) {
            return relu ? cublas.CUBLASLT_EPILOGUE_RELU_BIAS : cublas.CUBLASLT_EPILOGUE_BIAS;
        }
        return relu ? cublas.CUBLASLT_EPILOGUE_RELU : cublas.CUBLASLT_EPILOGUE_DEFAULT;
    }

    private static void set(cublasLtMatmulDescOpaque_t description, int attribute, int value) {
        set(description, attribute, HostValues.int32(value), Integer.BYTES);
    }

    private static void set(cublasLtMatmulDescOpaque_t description, int attribute, Pointer value, long bytes) {
        CublasLt.check(
                cublas.cublasLtMatmulDescSetAttribute(description, attribute, value, bytes),
                "cublasLtMatmulDescSetAttribute " + attribute);
    }

    /** How b lies, the first operand. */
    public cublasLtMatrixLayoutOpaque_t b() {
        return op.transposeB() ? matrix(k, n, stack.strideB()) : matrix(n, k, stack.strideB());
    }

    /** How a lies, the second operand. */
    public cublasLtMatrixLayoutOpaque_t a() {
        return op.transposeA() ? matrix(m, k, stack.strideA()) : matrix(k, m, stack.strideA());
    }

    public cublasLtMatrixLayoutOpaque_t y() {
        return matrix(n, m, stack.strideY());
    }

    private cublasLtMatrixLayoutOpaque_t matrix(long rows, long columns, long stride) {
        cublasLtMatrixLayoutOpaque_t layout =
                new cublasLtMatrixLayoutOpaque_t(HostValues.bytes(Pointer.sizeof(cublasLtMatrixLayoutOpaque_t.class)));
        CublasLt.check(
                cublas.cublasLtMatrixLayoutInit(layout, cudart.CUDA_R_32F, rows, columns, rows),
                "cublasLtMatrixLayoutInit");
        if (stack.extent() > 1) {
            int count = Math.toIntExact(stack.extent());
            set(layout, cublas.CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, HostValues.int32(count), Integer.BYTES);
            set(layout, cublas.CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, HostValues.int64(stride), Long.BYTES);
        }
        return layout;
    }

    private static void set(cublasLtMatrixLayoutOpaque_t layout, int attribute, Pointer value, long bytes) {
        CublasLt.check(
                cublas.cublasLtMatrixLayoutSetAttribute(layout, attribute, value, bytes),
                "cublasLtMatrixLayoutSetAttribute " + attribute);
    }
}
