package schuss.backend.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import schuss.DType;
import schuss.backend.ArrayKernel;
import schuss.backend.Backend;
import schuss.backend.KernelFactory;
import schuss.backend.Kernels;
import schuss.backend.Memory;
import schuss.backend.OutOfMemoryException;
import schuss.backend.Prepared;
import schuss.backend.kernels.Elementwise;
import schuss.ir.Program;
import schuss.ir.Step;
import schuss.ops.Op;
import schuss.ops.Pack;
import schuss.passes.Capabilities;

/**
 * The CPU backend: oneDNN and OpenBLAS for matrix products and convolutions, our own kernels for everything else, all
 * through the C interface in {@code native/include}.
 */
public final class CpuBackend implements Backend {
    private static final String NAME = "cpu";
    private static final double SHARE_OF_FREE_MEMORY = 0.9;

    private final Kernels kernels = new Kernels(NAME, CpuCalls::prepare);
    private final AtomicLong allocated = new AtomicLong();
    private final long budget;
    private final boolean openBlasOnly;
    private final CpuConvolution convolutions;

    /** With matrix products from OpenBLAS only, or from whichever is faster. */
    public CpuBackend(boolean openBlasOnly) {
        Native.load();
        this.openBlasOnly = openBlasOnly;
        this.budget = (long) (SHARE_OF_FREE_MEMORY * SystemMemory.now().free());
        Elementwise.register(kernels, CpuPointwise::prepare);
        CpuReductions.register(kernels);
        CpuBookkeeping.register(kernels);
        CpuShapes.register(kernels);
        CpuMatMul.register(kernels, openBlasOnly);
        CpuNormalization.register(kernels);
        CpuLayerNorm.register(kernels);
        convolutions = new CpuConvolution(openBlasOnly);
        convolutions.register(kernels);
    }

    /** Physical cores that this process may use. */
    public static int physicalCores() {
        Native.load();
        return Native.schuss_physical_cores();
    }

    /** The f32 multiply-add peak of this processor with so many threads, in GFLOP/s, measured for a while. */
    public static double peakGflops(int threads, double seconds) {
        return Native.schuss_peak_gflops(threads, seconds);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String describe() {
        return "cpu: kernels for " + Native.schuss_isa() + ", products by "
                + (openBlasOnly ? "OpenBLAS" : "oneDNN and OpenBLAS") + ", " + physicalCores() + " cores, "
                + Native.threads();
    }

    @Override
    public boolean aligned() {
        return false;
    }

    @Override
    public int bytes(DType type) {
        return type.bytes();
    }

    @Override
    public Capabilities abilities(int threads) {
        return new Capabilities() {
            @Override
            public boolean fuses(Op op) {
                return Epilogue.supports(op) || CpuNormalization.fuses(op);
            }

            @Override
            public Optional<Pack> packs(Step step, int input) {
                return convolutions.packs(step, input, threads);
            }
        };
    }

    @Override
    public int threads(Program program, int most) {
        return ThreadChoice.of(program, most);
    }

    @Override
    public Prepared prepare(Step step, int threads) {
        return kernels.prepare(step, threads);
    }

    @Override
    public Memory allocate(long bytes) {
        long held = allocated.addAndGet(bytes);
        long address = held > budget ? 0 : Native.schuss_allocate(bytes);
        if (address == 0) {
            allocated.addAndGet(-bytes);
            throw new OutOfMemoryException(NAME, bytes, held - bytes, budget);
        }
        return new CpuMemory(address, bytes, freed -> allocated.addAndGet(-freed));
    }

    @Override
    public <O extends Op> void registerNative(Class<O> op, KernelFactory<O> factory) {
        kernels.replace(op, factory);
    }

    @Override
    public <O extends Op> void register(Class<O> kind, ArrayKernel<O> kernel) {
        kernels.replace(kind, (op, step, threads) -> at -> {
            List<ArrayView> inputs = new ArrayList<>();
            for (int i = 0; i < step.inputs().size(); i++) {
                inputs.add(new ArrayView(at.input(i), step.inputs().get(i).type()));
            }
            List<ArrayView> outputs = new ArrayList<>();
            for (int i = 0; i < step.outputs().size(); i++) {
                outputs.add(new ArrayView(at.output(i), step.outputs().get(i).type()));
            }
            double[][] x = inputs.stream().map(ArrayView::elements).toArray(double[][]::new);
            double[][] y = outputs.stream().map(ArrayView::elements).toArray(double[][]::new);
            return () -> {
                inputs.forEach(ArrayView::load);
                kernel.run(op, x, y);
                outputs.forEach(ArrayView::store);
            };
        });
    }

    @Override
    public long allocatedBytes() {
        return allocated.get();
    }

    /** What the device's thread has freed would stay in a heap of that thread's. */
    @Override
    public void close() {
        Native.schuss_trim();
    }
}
