package schuss.backend.reference;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import schuss.DType;
import schuss.backend.ArrayKernel;
import schuss.backend.Backend;
import schuss.backend.Kernel;
import schuss.backend.KernelFactory;
import schuss.backend.Kernels;
import schuss.backend.Memory;
import schuss.backend.Prepared;
import schuss.backend.kernels.BFloat16;
import schuss.ir.Step;
import schuss.ops.Op;
import schuss.ops.Type;

/**
 * The reference backend: every op as plain loops in double precision, made to be read and trusted, not to be fast.
 * Other backends are compared with it, and gradients are checked on it by finite differences.
 */
public final class ReferenceBackend implements Backend {
    private static final String NAME = "reference";
    private static final long SPACING = 1L << 40; // between the made-up addresses of two memories

    /** One op on arrays. */
    @FunctionalInterface
    interface Loop<O extends Op> {
        void run(O op, Array[] x, Array[] y);
    }

    private final Kernels kernels = new Kernels(NAME);
    private final TreeMap<Long, ReferenceMemory> memories = new TreeMap<>();
    private long nextAddress = SPACING;

    public ReferenceBackend() {
        ReferencePointwise.register(this);
        ReferenceMatMul.register(this);
        ReferenceReductions.register(this);
        ReferenceSoftmax.register(this);
        ReferenceRandom.register(this);
        ReferenceBookkeeping.register(this);
        ReferencePooling.register(this);
        ReferenceNormalization.register(this);
        ReferenceConvolution.register(this);
        ReferenceShapes.register(this);
        ReferenceCrossEntropy.register(this);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String describe() {
        return "reference: plain Java in double, one thread";
    }

    @Override
    public boolean aligned() {
        return false;
    }

    @Override
    public int bytes(DType type) {
        return ReferenceMemory.BYTES;
    }

    @Override
    public Prepared prepare(Step step, int threads) {
        return kernels.prepare(step, threads);
    }

    @Override
    public <O extends Op> void registerNative(Class<O> op, KernelFactory<O> factory) {
        throw new IllegalStateException("reference device: expected a kernel in plain Java for " + op.getSimpleName()
                + ", got one for addresses, of which it has none");
    }

    @Override
    public <O extends Op> void register(Class<O> kind, ArrayKernel<O> kernel) {
        loop(kind, (op, x, y) -> {
            double[][] inputs = Arrays.stream(x).map(Array::copy).toArray(double[][]::new);
            double[][] outputs = Arrays.stream(y).map(Array::copy).toArray(double[][]::new);
            kernel.run(op, inputs, outputs);
            for (int i = 0; i < y.length; i++) {
                System.arraycopy(outputs[i], 0, y[i].elements(), y[i].offset(), y[i].size());
            }
        });
    }

    <O extends Op> void loop(Class<O> kind, Loop<O> loop) {
        kernels.replace(kind, (op, step, threads) -> addresses -> {
            Array[] x = new Array[step.inputs().size()];
            Arrays.setAll(x, i -> array(addresses.input(i), step.inputs().get(i).type()));
            Array[] y = new Array[step.outputs().size()];
            Arrays.setAll(
                    y, i -> array(addresses.output(i), step.outputs().get(i).type()));
            return (Kernel) () -> {
                loop.run(op, x, y);
                Arrays.stream(y).forEach(ReferenceBackend::keepBFloat16);
            };
        });
    }

    /** The one type whose rounding counts: what is f32 elsewhere are doubles here. */
    private static void keepBFloat16(Array y) {
        for (int i = 0; y.type().dtype() == DType.BF16 && i < y.size(); i++) {
            y.set(i, BFloat16.round((float) y.get(i)));
        }
    }

    private synchronized Array array(long address, Type type) {
        Map.Entry<Long, ReferenceMemory> memory = memories.floorEntry(address);
        return new Array(
                memory.getValue().elements(),
                Math.toIntExact((address - memory.getKey()) / ReferenceMemory.BYTES),
                type);
    }

    @Override
    public synchronized Memory allocate(long bytes) {
        ReferenceMemory memory = new ReferenceMemory(nextAddress, bytes, this::free);
        memories.put(nextAddress, memory);
        nextAddress += SPACING;
        return memory;
    }

    private synchronized void free(ReferenceMemory memory) {
        memories.remove(memory.address());
    }

    @Override
    public synchronized long allocatedBytes() {
        return memories.values().stream().mapToLong(Memory::bytes).sum();
    }

    @Override
    public void close() {}
}
