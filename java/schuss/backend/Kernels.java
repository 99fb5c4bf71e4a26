package schuss.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import schuss.DType;
import schuss.ir.Step;
import schuss.ops.Op;
import schuss.ops.Type;

/** A backend's kernels by kind of op and the types that they read. */
public final class Kernels {
    private final String backend;
    private final Map<Class<?>, List<Entry>> entries = new ConcurrentHashMap<>();

    private record Entry(Signature signature, KernelFactory<?> factory) {}

    public Kernels(String backend) {
        this.backend = backend;
    }

    /** Adds a kernel for inputs of some types. */
    public <O extends Op> void register(Class<O> op, Signature signature, KernelFactory<O> factory) {
        entries.compute(op, (kind, known) -> {
            List<Entry> all = new ArrayList<>(known == null ? List.of() : known);
            all.add(new Entry(signature, factory));
            return List.copyOf(all);
        });
    }

    /** Makes this the only kernel, whatever types it is asked for. */
    public <O extends Op> void replace(Class<O> op, KernelFactory<O> factory) {
        entries.put(op, List.of(new Entry(Signature.ANY, factory)));
    }

    /** Prepares a step, or fails naming op, step, types and backend. */
    @SuppressWarnings("unchecked") // register pairs each class with a factory for it
    public Prepared prepare(Step step, int threads) {
        List<Entry> known = entries.getOrDefault(step.op().getClass(), List.of());
        List<DType> types = step.inputTypes().stream().map(Type::dtype).toList();
        for (Entry entry : known) {
            if (entry.signature.fits(types)) {
                return ((KernelFactory<Op>) entry.factory).prepare(step.op(), step, threads);
            }
        }
        throw new IllegalStateException("no kernel: expected the " + backend + " backend to have one for "
                + step.label() + (types.isEmpty() ? "" : " of " + Signature.text(types)) + ", got "
                + (known.isEmpty()
                        ? "none for " + step.op().getClass().getName() + "; register one on the device"
                        : "kernels for " + signatures(known)));
    }

    private static String signatures(List<Entry> entries) {
        return entries.stream().map(e -> e.signature.toString()).collect(Collectors.joining(", "));
    }
}
