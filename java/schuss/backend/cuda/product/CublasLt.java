package schuss.backend.cuda.product;

import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.cuda.cublas.cublasLtContext;
import org.bytedeco.cuda.cublas.cublasLtMatmulAlgo_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulDescOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulHeuristicResult_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulPreferenceOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatrixLayoutOpaque_t;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import schuss.backend.Kernel;
import schuss.backend.Sequence;
import schuss.backend.cuda.runtime.CudaException;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.cuda.runtime.HostValues;
import schuss.backend.cuda.runtime.StreamKernel;

/** cuBLASLt on one GPU: chooses algorithms for products, and runs them. */
public final class CublasLt implements AutoCloseable {
    // split sums are added in the order of the parts: not in place, where whoever comes first adds first
    private static final int REPEATABLE =
            cublas.CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE | cublas.CUBLASLT_REDUCTION_SCHEME_OUTPUT_TYPE;

    private static final int PROPOSALS = 8; // of algorithms for one product

    private final Gpu gpu;
    private final cublasLtContext library = new cublasLtContext();

    public CublasLt(Gpu gpu) {
        this.gpu = gpu;
        check(cublas.cublasLtCreate(library), "cublasLtCreate");
    }

    static void check(int status, String call) {
        if (status != cublas.CUBLAS_STATUS_SUCCESS) {
            throw new CudaException(call + ": expected cuBLASLt to succeed, got " + status + " "
                    + cublas.cublasLtGetStatusString(status).getString());
        }
    }

    /**
     * The algorithms that cuBLASLt takes for the best at these sizes, the fastest by its own estimate first; none for some
     * odd shapes and epilogues.
     *
     * @param repeatable whether only those are wanted whose sums are in the same order each time
     */
    public List<cublasLtMatmulHeuristicResult_t> algorithms(LtProduct product, boolean repeatable) {
        int bytes = Pointer.sizeof(cublasLtMatmulHeuristicResult_t.class);
        BytePointer results = HostValues.bytes(PROPOSALS * bytes);
        IntPointer found = HostValues.int32(0);
        cublasLtMatrixLayoutOpaque_t y = product.y();
        // whether a bias is aligned counts, so there has to be one; the workspace lies as any will
        int status = cublas.cublasLtMatmulAlgoGetHeuristic(
                library,
                product.description(gpu.workspace()),
                product.b(),
                product.a(),
                y,
                y,
                preference(product, gpu.workspaceBytes(), repeatable),
                PROPOSALS,
                new cublasLtMatmulHeuristicResult_t(results),
                found);
        if (status == cublas.CUBLAS_STATUS_NOT_SUPPORTED) {
            return List.of();
        }
        check(status, "cublasLtMatmulAlgoGetHeuristic (" + product + ")");
        return IntStream.range(0, found.get())
                .mapToObj(i -> new cublasLtMatmulHeuristicResult_t(results).getPointer(i))
                .filter(r -> r.state() == cublas.CUBLAS_STATUS_SUCCESS && r.workspaceSize() <= gpu.workspaceBytes())
                .toList();
    }

    public static cublasLtMatmulPreferenceOpaque_t preference(
            LtProduct product, long workspaceBytes, boolean repeatable) {
        int reductions = repeatable ? REPEATABLE : cublas.CUBLASLT_REDUCTION_SCHEME_MASK;
        cublasLtMatmulPreferenceOpaque_t preference = new cublasLtMatmulPreferenceOpaque_t(
                HostValues.bytes(Pointer.sizeof(cublasLtMatmulPreferenceOpaque_t.class)));
        check(cublas.cublasLtMatmulPreferenceInit(preference), "cublasLtMatmulPreferenceInit");
        set(preference, cublas.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, HostValues.int64(workspaceBytes), Long.BYTES);
        set(preference, cublas.CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, HostValues.int32(reductions), Integer.BYTES);
        // a is the second operand, see LtProduct
        align(preference, cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, product.alignmentOfB());
        align(preference, cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, product.alignmentOfA());
        align(preference, cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, product.alignmentOfY());
        align(preference, cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, product.alignmentOfY());
        return preference;
    }

    /** 256 is what it takes for granted. */
    private static void align(cublasLtMatmulPreferenceOpaque_t preference, int attribute, int bytes) {
        if (bytes < LtProduct.ALIGNMENT) {
            set(preference, attribute, HostValues.int32(bytes), Integer.BYTES);
        }
    }

    private static void set(cublasLtMatmulPreferenceOpaque_t preference, int attribute, Pointer value, long bytes) {
        check(
                cublas.cublasLtMatmulPreferenceSetAttribute(preference, attribute, value, bytes),
                "cublasLtMatmulPreferenceSetAttribute " + attribute);
    }

    /** The product at these addresses; 0 for a bias that there is not. */
    public Kernel bind(
            LtProduct product, cublasLtMatmulHeuristicResult_t algorithm, long a, long b, long bias, long y) {
        List<Kernel> calls = product.calls().stream()
                .<Kernel>map(start -> new Call(
                        library,
                        gpu,
                        product,
                        algorithm,
                        a + start.a() * Float.BYTES,
                        b + start.b() * Float.BYTES,
                        bias,
                        y + start.y() * Float.BYTES))
                .toList();
        return calls.size() == 1 ? calls.get(0) : new Sequence(calls);
    }

    @Override
    public void close() {
        check(cublas.cublasLtDestroy(library), "cublasLtDestroy");
    }

    private static final class Call implements StreamKernel {
        private final cublasLtContext library;
        private final CUstream_st stream;
        private final cublasLtMatmulHeuristicResult_t chosen; // holds the algorithm's memory
        private final cublasLtMatmulAlgo_t algorithm;
        private final cublasLtMatmulDescOpaque_t description;
        private final cublasLtMatrixLayoutOpaque_t layoutOfB;
        private final cublasLtMatrixLayoutOpaque_t layoutOfA;
        private final cublasLtMatrixLayoutOpaque_t layoutOfY;
        private final Pointer a;
        private final Pointer b;
        private final Pointer y;
        private final Pointer workspace;
        private final long workspaceBytes;
        private final FloatPointer one = HostValues.float32(1);
        private final FloatPointer zero = HostValues.float32(0);

        Call(
                cublasLtContext library,
                Gpu gpu,
                LtProduct product,
                cublasLtMatmulHeuristicResult_t chosen,
                long a,
                long b,
                long bias,
                long y) {
            this.library = library;
            this.stream = gpu.stream();
            this.chosen = chosen;
            this.algorithm = chosen.algo();
            this.description = product.description(bias);
            this.layoutOfB = product.b();
            this.layoutOfA = product.a();
            this.layoutOfY = product.y();
            this.a = HostValues.at(a);
            this.b = HostValues.at(b);
            this.y = HostValues.at(y);
            this.workspace = HostValues.at(gpu.workspace());
            this.workspaceBytes = gpu.workspaceBytes();
        }

        @Override
        public void run() {
            int status = cublas.cublasLtMatmul(
                    library,
                    description,
                    one,
                    b,
                    layoutOfB,
                    a,
                    layoutOfA,
                    zero,
                    y,
                    layoutOfY,
                    y,
                    layoutOfY,
                    algorithm,
                    workspace,
                    workspaceBytes,
                    stream);
            check(status, "cublasLtMatmul");
        }
    }
}
