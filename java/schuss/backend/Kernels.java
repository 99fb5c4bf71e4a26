package schuss.backend;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import schuss.ir.Step;
import schuss.ops.Op;

/** A backend's kernels by kind of op. */
public final class Kernels {
    private final String backend;
    private final Map<Class<?>, KernelFactory<?>> factories = new ConcurrentHashMap<>();

    public Kernels(String backend) {
        this.backend = backend;
    }

    public <O extends Op> void register(Class<O> op, KernelFactory<O> factory) {
        factories.put(op, factory);
    }

    public boolean has(Class<? extends Op> op) {
        return factories.containsKey(op);
    }

    /** Prepares a step, or fails naming op, step and backend. */
    @SuppressWarnings("unchecked") // register pairs each class with a factory for it
    public Prepared prepare(Step step, int threads) {
        KernelFactory<Op> factory = (KernelFactory<Op>) factories.get(step.op().getClass());
        if (factory == null) {
            throw new IllegalStateException("no kernel: expected the " + backend + " backend to have one for "
                    + step.label() + ", got none for " + step.op().getClass().getName()
                    + "; register one on the device");
        }
        return factory.prepare(step.op(), step, threads);
    }
}
