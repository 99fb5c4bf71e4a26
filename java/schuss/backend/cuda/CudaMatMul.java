package schuss.backend.cuda;

import static org.bytedeco.cuda.global.cudart.cuMemcpyDtoHAsync;
import static org.bytedeco.cuda.global.cudart.cuMemsetD32Async;

import java.util.List;
import org.bytedeco.cuda.cublas.cublasLtMatmulHeuristicResult_t;
import org.bytedeco.javacpp.FloatPointer;
import schuss.backend.Addresses;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.ops.FusedMatMul;
import schuss.ops.MatMul;
import schuss.ops.Op;
import schuss.program.Step;

/** Matrix products by cuBLASLt, which adds a bias and applies ReLU on the way. */
final class CudaMatMul {
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
        kernels.register(MatMul.class, (op, step, threads) -> products.prepare(step));
        kernels.register(FusedMatMul.class, (op, step, threads) -> products.prepare(step));
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
        cublasLtMatmulHeuristicResult_t algorithm = library.algorithm(product);
        if (product.relu() && !keepsNan(product, algorithm)) {
            LtProduct plain = product.withoutRelu();
            cublasLtMatmulHeuristicResult_t ofPlain = library.algorithm(plain);
            return at -> new Sequence(List.of(bind(plain, ofPlain, at), relu(at.output(0), product.m() * product.n())));
        }
        return at -> bind(product, algorithm, at);
    }

    private Kernel bind(LtProduct product, cublasLtMatmulHeuristicResult_t algorithm, Addresses at) {
        long bias = product.bias() ? at.input(2) : 0;
        return library.bind(product, algorithm, at.input(0), at.input(1), bias, at.output(0));
    }

    private Kernel relu(long y, long elements) {
        return gpu.launch("relu", "relu_in_place")
                .over(elements)
                .pointer(y)
                .int64(elements)
                .build();
    }

    /**
     * Whether NaN comes through the library's ReLU as NaN. An instruction that takes the larger of two numbers may take 0,
     * and then nobody would notice that training has diverged. Tried out, for it differs between algorithms.
     */
    private boolean keepsNan(LtProduct product, cublasLtMatmulHeuristicResult_t algorithm) {
        long operand = Math.max(Math.max(product.m() * product.k(), product.k() * product.n()), product.n());
        long result = product.m() * product.n();
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
