package schuss.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import schuss.DType;
import schuss.ir.Step;
import schuss.ops.Call;
import schuss.ops.Op;
import schuss.ops.Type;

/**
 * The kernels of a backend, by kind of op and the element types that they read. For an op without one, it uses the
 * native function that the op itself names ({@link Op#call}).
 */
public final class Kernels {
    private final String backend;
    private final Caller caller;
    private final Map<Class<?>, List<Entry>> entries = new ConcurrentHashMap<>();

    private record Entry(Signature signature, KernelFactory<?> factory) {}

    /** How a backend calls a native function for a step. */
    @FunctionalInterface
    public interface Caller {
        /**
         * Prepares the call.
         *
         * @param call what the op asked for
         * @param function its declaration
         * @param step inputs and outputs
         * @param threads how many threads the function may use
         * @return the step, ready to be bound to memory
         */
        Prepared prepare(Call call, NativeFunction function, Step step, int threads);
    }

    /**
     * For a backend without native functions.
     *
     * @param backend its name, for errors
     */
    public Kernels(String backend) {
        this(backend, null);
    }

    /**
     * For a backend with native functions.
     *
     * @param backend its name, for errors
     * @param caller calls them
     */
    public Kernels(String backend, Caller caller) {
        this.backend = backend;
        this.caller = caller;
    }

    /**
     * Adds a kernel.
     *
     * @param <O> the kind of op
     * @param op its class
     * @param signature the element types that the kernel reads
     * @param factory prepares the kernel
     */
    public <O extends Op> void register(Class<O> op, Signature signature, KernelFactory<O> factory) {
        entries.compute(op, (kind, known) -> {
            List<Entry> all = new ArrayList<>(known == null ? List.of() : known);
            all.add(new Entry(signature, factory));
            return List.copyOf(all);
        });
    }

    /**
     * Makes a kernel the only one for an op, whatever the element types.
     *
     * @param <O> the kind of op
     * @param op its class
     * @param factory prepares the kernel
     */
    public <O extends Op> void replace(Class<O> op, KernelFactory<O> factory) {
        entries.put(op, List.of(new Entry(Signature.ANY, factory)));
    }

    /**
     * Prepares a step.
     *
     * @param step the step
     * @param threads how many threads its kernel may use
     * @return the step, ready to be bound to memory
     * @throws IllegalStateException naming op, step, types and backend if there is no kernel
     */
    @SuppressWarnings("unchecked") // register pairs each class with a factory for it
    public Prepared prepare(Step step, int threads) {
        List<DType> types = step.inputTypes().stream().map(Type::dtype).toList();
        for (Entry entry : entries.getOrDefault(step.op().getClass(), List.of())) {
            if (entry.signature.fits(types)) {
                return ((KernelFactory<Op>) entry.factory).prepare(step.op(), step, threads);
            }
        }
        return call(step, threads);
    }

    /**
     * Prepares a step with the native function that the op names.
     *
     * @param step the step
     * @param threads how many threads the function may use
     * @return the step, ready to be bound to memory
     * @throws IllegalStateException naming op, step, types and backend if there is no such function
     */
    public Prepared call(Step step, int threads) {
        Call call = caller == null ? null : step.op().call(step.inputTypes());
        NativeFunction function = call == null ? null : NativeFunction.find(call, step);
        if (function == null) {
            throw missing(step, call);
        }
        return caller.prepare(call, function, step, threads);
    }

    private IllegalStateException missing(Step step, Call call) {
        List<DType> types = step.inputTypes().stream().map(Type::dtype).toList();
        return new IllegalStateException("no kernel: expected the " + backend + " backend to have one for "
                + step.label() + (types.isEmpty() ? "" : " of " + Signature.text(types)) + ", got "
                + known(step, call));
    }

    private String known(Step step, Call call) {
        Stream<String> registered =
                entries.getOrDefault(step.op().getClass(), List.of()).stream().map(e -> e.signature.toString());
        Stream<String> named = call == null
                ? Stream.of()
                : NativeFunction.named(call).stream()
                        .map(function -> function.takes(step.inputs().size()));
        String signatures = Stream.concat(registered, named).collect(Collectors.joining(", "));
        if (!signatures.isEmpty()) {
            return "kernels for " + signatures;
        }
        return "none for " + step.op().getClass().getName()
                + (call == null
                        ? "; register one on the device"
                        : ": schuss.h declares no kernel schuss_" + call.function()
                                + " of addresses, then numbers, then int threads");
    }
}
