package schuss.backend.runtime;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import schuss.DType;
import schuss.backend.Backend;
import schuss.backend.Kernel;
import schuss.backend.Memory;
import schuss.backend.Storage;
import schuss.ir.Place;
import schuss.ir.Program;
import schuss.ir.Section;
import schuss.ir.Step;
import schuss.ops.Value;
import schuss.passes.Plan;

/**
 * A program with a backend's kernels and with memory. Steps are prepared and memory is planned in the constructor;
 * kernels are bound when they are first needed, and again after memory has moved. Not thread-safe: only the owner of
 * the arena runs it.
 */
public final class Executable implements AutoCloseable {
    private final Program program;
    private final Backend backend;
    private final Arena arena;
    private final Storage storage;
    private final List<Step> steps = new ArrayList<>();
    private final PlannedProgram planned;
    private final Map<Value, String> inputs = new HashMap<>(); // their names
    private final Map<Value, Place> places = new HashMap<>(); // by root: what lies in a slot, directly or as a view
    private final Map<Value, At> located = new HashMap<>(); // while the arena stays where it is
    private final Plan plan;
    private Kernel[] kernels = {};
    private int body; // the first kernel that is not of the derive section
    private int update; // the first kernel of the update section
    private final Map<Range, Kernel> ranges = new HashMap<>(); // some kernels as one, made when they are asked for
    private Kernel all; // all kernels as one; null before they are bound
    private Memory derived;
    private long derivedFrom = -1; // the version of the weights
    private long boundTo;
    private long boundAfter; // so many moves of the storage

    /** Kernels that run together. */
    private record Range(int from, int to) {}

    /**
     * Prepares and plans; kernels are bound at the first run.
     *
     * @param storage the memory of the program's inputs and slots
     */
    public Executable(Program program, Backend backend, int threads, Arena arena, Storage storage) {
        this(program, backend, threads, arena, storage, true);
    }

    public Executable(Program program, Backend backend, int threads, Arena arena, Storage storage, boolean alias) {
        this.program = program;
        this.backend = backend;
        this.arena = arena;
        this.storage = storage;
        planned = new PlannedProgram(program, backend, threads, alias);
        plan = planned.plan();
        program.inputs().forEach((name, value) -> inputs.put(value, name));
        program.places().forEach((value, place) -> places.put(plan.root(value), place));
    }

    public Program program() {
        return program;
    }

    /** {@return where values lie, for the checks of tests} */
    public Plan plan() {
        return plan;
    }

    /** {@return the size of the arena it needs} */
    public long arenaBytes() {
        return plan.arenaBytes();
    }

    /** {@return what it keeps of the weights in other forms, beside the arena} */
    public long derivedBytes() {
        return plan.derivedBytes();
    }

    /** {@return all steps} */
    public Kernel whole() {
        bind();
        derivedFrom = -1;
        return all;
    }

    /** {@return all steps, those of the derive section only if they have not seen this version of the weights} */
    public Kernel whole(long version) {
        bind();
        Kernel kernel = derivedFrom == version ? range(body, kernels.length) : all;
        derivedFrom = version;
        return kernel;
    }

    /** {@return all but the update: forward, loss and backward, without changing a slot that training keeps} */
    public Kernel body() {
        bind();
        derivedFrom = -1;
        return range(0, update);
    }

    /** {@return the update alone, of what the body has computed} */
    public Kernel update() {
        bind();
        return range(update, kernels.length);
    }

    private Kernel range(int from, int to) {
        if (from == 0 && to == kernels.length) {
            return all;
        }
        return ranges.computeIfAbsent(
                new Range(from, to), r -> backend.whole(List.of(kernels).subList(from, to)));
    }

    /** Runs all steps, calling {@code after} with each step that has just run: for diagnosis. */
    public void run(Consumer<Step> after) {
        bind();
        run(0, kernels.length, after);
    }

    /** {@link #whole(long)}, calling {@code after} with each step that has just run: for diagnosis. */
    public void run(long version, Consumer<Step> after) {
        bind();
        run(derivedFrom == version ? body : 0, kernels.length, after);
        derivedFrom = version;
    }

    /** {@link #body}, calling {@code after} with each step that has just run: for diagnosis. */
    public void runBody(Consumer<Step> after) {
        bind();
        run(0, update, after);
    }

    private void run(int from, int to, Consumer<Step> after) {
        for (int i = from; i < to; i++) {
            kernels[i].run();
            after.accept(steps.get(i));
        }
    }

    /** Copies a value's elements from where it lies; between steps, or after the run for outputs. */
    public void read(Value value, float[] target, int from, int count) {
        At at = located.get(value); // outputs are read again and again, and a prediction should not allocate
        if (at == null) {
            at = locate(value);
            located.put(value, at);
        }
        at.memory().read(at.offset() / backend.bytes(value.dtype()), target, from, count);
    }

    /**
     * {@link #read(Value, float[], int, int)} of all of a value of any type.
     *
     * @param type of the elements in the buffer
     */
    public void read(Value value, DType type, ByteBuffer target) {
        At at = locate(value);
        at.memory().read(type, at.offset() / backend.bytes(value.dtype()), target);
    }

    /** A memory and the first byte in it. */
    private record At(Memory memory, long offset) {}

    /** The kernels hold addresses; when the arena has moved since, they are bound anew. */
    private void bind() {
        backend.enter();
        arena.ensure(plan.arenaBytes());
        if (all == null || boundTo != arena.address() || boundAfter != storage.moves()) {
            unbind();
            if (derived == null && plan.derivedBytes() > 0) {
                derived = backend.allocate(plan.derivedBytes());
            }
            List<Kernel> bound = new ArrayList<>();
            planned.bind(this::address, arena.address(), (step, kernel) -> {
                steps.add(step);
                body += step.section() == Section.DERIVE ? 1 : 0;
                update += step.section() != Section.UPDATE ? 1 : 0;
                bound.add(kernel);
            });
            kernels = bound.toArray(Kernel[]::new);
            all = backend.whole(bound);
            boundTo = arena.address();
            boundAfter = storage.moves(); // asked last: binding an input may have made its buffer
        }
    }

    private long address(Value value) {
        At at = locate(value);
        return at.memory().address() + at.offset();
    }

    private At locate(Value value) {
        if (arena.memory() == null) {
            throw new IllegalStateException("read: expected a run before, got none");
        }
        Value root = plan.root(value);
        int element = backend.bytes(root.dtype());
        Place place =
                places.getOrDefault(value, places.get(root)); // a slot's whole and its parts have values of their own
        if (place != null) {
            return within(storage.slot(place.slot()), place, program.offset(place) * element, value);
        }
        String input = inputs.get(root);
        if (input != null) {
            return within(storage.input(input, program.input(input).type()), input, 0, value);
        }
        return new At(plan.isDerived(root) ? derived : arena.memory(), plan.offset(root));
    }

    private At within(Memory memory, Object name, long offset, Value value) {
        long end = offset + value.shape().size() * backend.bytes(value.dtype());
        if (memory == null || end > memory.bytes()) { // a kernel would run past it
            throw new IllegalStateException(name + ": expected memory of at least " + end + " bytes, got "
                    + (memory == null ? "none" : memory.bytes()));
        }
        return new At(memory, offset);
    }

    private void unbind() {
        if (all != null) { // before what it is made of
            ranges.values().forEach(Kernel::close);
            ranges.clear();
            all.close();
            all = null;
        }
        for (Kernel kernel : kernels) {
            kernel.close();
        }
        kernels = new Kernel[0];
        body = 0;
        update = 0;
        derivedFrom = -1;
        steps.clear();
        located.clear();
    }

    @Override
    public void close() {
        unbind();
        planned.close();
        if (derived != null) {
            derived.close();
            derived = null;
        }
    }
}
