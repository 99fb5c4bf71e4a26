package schuss.backend.cuda;

import static org.bytedeco.cuda.global.cudart.cuMemcpyDtoHAsync;
import static org.bytedeco.cuda.global.cudart.cuMemsetD32Async;
import static schuss.DType.F32;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import org.bytedeco.cuda.cublas.cublasLtMatmulHeuristicResult_t;
import org.bytedeco.javacpp.FloatPointer;
import schuss.backend.Addresses;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.backend.Signature;
import schuss.backend.cuda.product.CublasLt;
import schuss.backend.cuda.product.LtProduct;
import schuss.backend.cuda.runtime.CudaException;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.cuda.runtime.HostValues;
import schuss.backend.cuda.runtime.Scratch;
import schuss.backend.cuda.runtime.Status;
import schuss.ir.Step;
import schuss.ops.FusedMatMul;
import schuss.ops.MatMul;
import schuss.ops.Op;

/** Matrix products by cuBLASLt, which can add a bias and apply ReLU. */
final class CudaMatMul {
    private static final Logger LOG = System.getLogger(CudaMatMul.class.getName());
    private static final int NAN = 0x7fc00000;

    private final Gpu gpu;
    private final CublasLt library;

    private CudaMatMul(Gpu gpu, CublasLt library) {
        this.gpu = gpu;
        this.library = library;
    }

    /** @param library stays open for as long as the kernels are used */
    static void register(Kernels kernels, Gpu gpu, CublasLt library) {
        CudaMatMul products = new CudaMatMul(gpu, library);
        kernels.register(MatMul.class, Signature.of(F32, F32), (op, step, threads) -> products.prepare(step));
        kernels.register(FusedMatMul.class, Signature.ALL_F32, (op, step, threads) -> products.prepare(step));
    }

    /** Whether this is a product with an epilogue that there is a kernel for. */
    static boolean fuses(Op op) {
        return op instanceof FusedMatMul fused && LtProduct.fuses(fused);
    }

    private Prepared prepare(Step step) {
        LtProduct product = LtProduct.of(step, gpu.tf32())
                .orElseThrow(() -> new IllegalArgumentException(step.label()
                        + ": expected a product with no activation or ReLU, got "
                        + step.op().name()));
        // without its epilogue a product costs a pass over y, with sums in any order it costs that runs can be repeated
        for (boolean repeatable : new boolean[] {true, false}) {
            List<LtProduct> forms = List.of(product, product.withoutRelu(), product.withoutEpilogue());
            for (LtProduct form : forms.stream().distinct().toList()) {
                Optional<cublasLtMatmulHeuristicResult_t> algorithm = library.algorithms(form, repeatable).stream()
                        .findFirst()
                        .filter(a -> !form.relu() || keepsNan(form, a));
                if (algorithm.isPresent()) {
                    warn(product, form, repeatable);
                    return at -> bound(product, form, algorithm.get(), at);
                }
            }
        }
        throw new CudaException(step.label() + ": expected cuBLASLt to have an algorithm for " + product
                + ", got none; other sizes, another version of cuBLAS or the CPU will do");
    }

    private static void warn(LtProduct product, LtProduct form, boolean repeatable) {
        if (!repeatable) {
            LOG.log(
                    Level.WARNING,
                    product
                            + ": cuBLASLt has only algorithms whose sums are in another order each time, so that results"
                            + " can differ in their last digits from run to run");
        } else if (!form.equals(product)) {
            LOG.log(Level.DEBUG, () -> product + ": computed as " + form);
        }
    }

    /** A form of a product, and what it lacks of it. */
    private Kernel bound(LtProduct product, LtProduct form, cublasLtMatmulHeuristicResult_t algorithm, Addresses at) {
        long bias = product.bias() ? at.input(2) : 0;
        Kernel call = library.bind(form, algorithm, at.input(0), at.input(1), form.bias() ? bias : 0, at.output(0));
        if (form.equals(product)) {
            return call;
        }
        long elements = product.products() * product.m() * product.n();
        Kernel epilogue = gpu.launch("epilogue", "product_epilogue")
                .over(elements)
                .pointer(at.output(0))
                .pointer(form.bias() ? 0 : bias)
                .int64(elements)
                .int64(product.n())
                .int32(product.relu() ? 1 : 0)
                .build();
        return new Sequence(List.of(call, epilogue));
    }

    /**
     * Whether NaN comes through the library's ReLU as NaN. An instruction that takes the larger of two numbers may take 0,
     * and then nobody would notice that training has diverged. Tried out, for it differs between algorithms.
     */
    private boolean keepsNan(LtProduct product, cublasLtMatmulHeuristicResult_t algorithm) {
        long operand = product.products()
                * Math.max(Math.max(product.m() * product.k(), product.k() * product.n()), product.n());
        long result = product.products() * product.m() * product.n();
        try (Scratch scratch = new Scratch(gpu)) {
            long x = scratch.floats(operand);
            long y = scratch.floats(result);
            Status.check(cuMemsetD32Async(x, NAN, operand, gpu.stream()), "cuMemsetD32Async");
            library.bind(product, algorithm, x, x, x, y).run();
            long last = y + (result - 1) * Float.BYTES; // of another tile than the first
            return Float.isNaN(read(y)) && Float.isNaN(read(last));
        }
    }

    private float read(long address) {
        FloatPointer value = HostValues.float32(0);
        Status.check(cuMemcpyDtoHAsync(value, address, Float.BYTES, gpu.stream()), "cuMemcpyDtoHAsync");
        gpu.synchronize();
        return value.get();
    }
}
