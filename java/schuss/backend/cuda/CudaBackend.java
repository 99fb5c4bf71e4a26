package schuss.backend.cuda;

import java.util.List;
import java.util.Optional;
import schuss.CudaOptions;
import schuss.DType;
import schuss.backend.Addresses;
import schuss.backend.ArrayKernel;
import schuss.backend.Backend;
import schuss.backend.Kernel;
import schuss.backend.KernelFactory;
import schuss.backend.Kernels;
import schuss.backend.Memory;
import schuss.backend.Prepared;
import schuss.backend.Stopwatch;
import schuss.backend.cuda.pointwise.CompiledPointwise;
import schuss.backend.cuda.pointwise.InterpretedPointwise;
import schuss.backend.cuda.product.CublasLt;
import schuss.backend.cuda.runtime.CudaMemory;
import schuss.backend.cuda.runtime.FiniteCheck;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.cuda.runtime.HostKernel;
import schuss.backend.cuda.runtime.Nvrtc;
import schuss.backend.cuda.runtime.Recorded;
import schuss.backend.kernels.Elementwise;
import schuss.ir.Step;
import schuss.ops.Op;
import schuss.ops.Pack;
import schuss.passes.Capabilities;

/**
 * The CUDA backend: cuBLASLt for matrix products, cuDNN for convolutions, our own kernels for everything else, all on
 * one stream.
 */
public final class CudaBackend implements Backend {
    private static final String NAME = "cuda";

    private final Kernels kernels;
    private final Gpu gpu;
    private final CublasLt products;
    private final CudaConvolution convolutions;
    private final boolean debug;

    /** Opens a GPU; CUDA's libraries are loaded already. */
    public CudaBackend(CudaOptions options) {
        gpu = Gpu.open(options);
        kernels = new Kernels(NAME, (call, function, step, threads) -> CudaCalls.prepare(call, function, step, gpu));
        debug = options.debug();
        CublasLt opened = null;
        CudaConvolution made = null;
        try {
            opened = new CublasLt(gpu);
            made = new CudaConvolution(gpu);
        } finally {
            products = opened;
            convolutions = made;
            if (made == null) {
                close();
            }
        }
        CudaReductions.register(kernels, gpu);
        CudaShapes.register(kernels, gpu);
        CudaNormalization.register(kernels, gpu);
        CudaLayerNorm.register(kernels, gpu);
        CudaMatMul.register(kernels, gpu, products);
        convolutions.register(kernels);
        Elementwise.register(kernels, formulas(gpu));
        CudaBookkeeping.register(kernels, gpu);
    }

    /** Compiled where there is a compiler, unless the property {@code schuss.cuda.pointwise} is {@code interpreter}. */
    private static Elementwise.Engine formulas(Gpu gpu) {
        boolean interpreted = System.getProperty("schuss.cuda.pointwise", "").equals("interpreter");
        return Nvrtc.isAvailable() && !interpreted ? new CompiledPointwise(gpu) : new InterpretedPointwise(gpu);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String describe() {
        return "cuda: " + gpu.name() + ", compute capability " + gpu.computeCapability() / 10 + "."
                + gpu.computeCapability() % 10 + ", " + gpu.multiprocessors() + " multiprocessors"
                + (gpu.tf32() ? ", TF32" : "");
    }

    @Override
    public int bytes(DType type) {
        return type.bytes();
    }

    @Override
    public boolean confined() {
        return true;
    }

    @Override
    public void enter() {
        gpu.enter();
    }

    @Override
    public Capabilities abilities(int threads) {
        return new Capabilities() {
            @Override
            public boolean fuses(Op op) {
                return CudaMatMul.fuses(op) || CudaNormalization.fuses(op);
            }

            @Override
            public Optional<Pack> packs(Step step, int input) {
                gpu.enter();
                return convolutions.packs(step, input);
            }
        };
    }

    @Override
    public Kernel watched(Step step, Addresses at, Kernel kernel) {
        return debug ? new FiniteCheck(kernel, step, at, gpu) : kernel;
    }

    @Override
    public Kernel whole(List<Kernel> kernels) {
        return Recorded.of(gpu, kernels, Backend.super.whole(kernels));
    }

    @Override
    public Stopwatch stopwatch() {
        return new CudaStopwatch(gpu);
    }

    @Override
    public Prepared prepare(Step step, int threads) {
        return kernels.prepare(step, threads);
    }

    @Override
    public Memory allocate(long bytes) {
        return new CudaMemory(gpu, bytes);
    }

    @Override
    public <O extends Op> void registerNative(Class<O> op, KernelFactory<O> factory) {
        kernels.replace(op, factory);
    }

    @Override
    public <O extends Op> void register(Class<O> kind, ArrayKernel<O> kernel) {
        kernels.replace(kind, (op, step, threads) -> new HostKernel<>(op, step, kernel, gpu));
    }

    @Override
    public String planChoices() {
        return convolutions.choices().export();
    }

    @Override
    public boolean restorePlanChoices(String text) {
        return convolutions.choices().restore(text);
    }

    @Override
    public long allocatedBytes() {
        return gpu.allocatedBytes();
    }

    @Override
    public void close() {
        gpu.enter();
        if (convolutions != null) {
            convolutions.close();
        }
        if (products != null) {
            products.close();
        }
        gpu.close();
    }
}
