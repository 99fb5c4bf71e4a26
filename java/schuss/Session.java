package schuss;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import schuss.backend.Kernel;
import schuss.backend.Memory;
import schuss.backend.Storage;
import schuss.backend.runtime.Arena;
import schuss.backend.runtime.Executable;
import schuss.backend.runtime.OwnStorage;
import schuss.ir.Layout;
import schuss.ir.Program;
import schuss.ir.Slot;
import schuss.ir.Step;
import schuss.ops.Value;
import schuss.passes.Passes;
import schuss.trace.IndexBounds;

/**
 * A compiled program with the memory of its ends: set inputs by name, run, read outputs by name. Trainers and predictors run
 * nothing else. Inputs keep their place, and their numbers from one run to the next.
 *
 * <pre>{@code
 * ProgramBuilder builder = new ProgramBuilder();
 * Value x = builder.input("x", Type.f32(Shape.of(3)));
 * builder.output("y", x.square().sum());
 * try (Session session = Session.of(device, builder.build())) {
 *     session.set("x", 1f, 2f, 3f).run();
 *     float y = session.number("y");   // 14
 * }
 * }</pre>
 *
 * <p>A session is for one caller at a time. What it does happens while nobody else works on the device: on the device's own
 * thread where it takes several, on the caller's where one is enough.
 */
public final class Session implements AutoCloseable {
    private final Device device;
    private final Storage storage;
    private final Executable executable;
    private final Resource resource; // null where somebody else closes it
    private final Resource guard; // of memory that somebody else may change or free; null for none
    private final Callable<Void> allSteps = this::runWhole; // made once: a step allocates nothing
    private final Callable<Void> whole = () -> used(allSteps);
    private boolean hasBody; // that no update has followed yet
    private final Map<String, Memory> inputs = new HashMap<>(); // so many moves after the beginning
    private long inputsAfter;
    private final Value onlyOutput;
    private final boolean alone; // one thread runs it, which may be any
    private Runnable before = () -> {};
    private IndexBounds bounds; // once whole numbers are given

    /** Runs a program as it is, in memory of somebody who closes the session too. */
    Session(Device device, Program program, int threads, Arena arena, Storage storage) {
        this.device = device;
        this.storage = storage;
        this.resource = null;
        this.guard = null;
        this.alone = threads == 1;
        this.executable = new Executable(program, device.backend(), threads, arena, storage);
        this.onlyOutput = program.outputs().size() == 1
                ? program.outputs().values().iterator().next()
                : null;
    }

    private Session(Device device, Program program, int threads, Storage given, Resource guard) {
        this.device = device;
        this.guard = guard;
        this.alone = threads == 1;
        this.resource = Resource.of(this, "Session", device);
        OwnStorage own = resource.make(() -> new OwnStorage(device.backend(), program, given));
        this.storage = own;
        this.executable = resource.make(() -> new Executable(program, device.backend(), threads, own.arena(), own));
        this.onlyOutput = null;
    }

    /** Compiles a program for a device, with memory of its own: slots begin at 0. */
    public static Session of(Device device, Program program) {
        return of(device, program, null, null);
    }

    /**
     * Likewise where some slots lie elsewhere.
     *
     * @param given the memory of slots that the session does not make
     */
    public static Session of(Device device, Program program, Storage given) {
        return of(device, program, given, null);
    }

    /**
     * Likewise where that memory may change or go.
     *
     * @param guard is in use while the session runs; null for nobody
     */
    static Session of(Device device, Program program, Storage given, Resource guard) {
        int threads = device.threads(program);
        return device.call(() -> new Session(
                device, Passes.optimize(program, device.backend().abilities(threads)), threads, given, guard));
    }

    /** What it computes, as it runs. */
    public Program program() {
        return executable.program();
    }

    /**
     * Does something before each run, of the whole or of the body, while nobody else works on the device; after what was to
     * be done already.
     */
    public Session before(Runnable action) {
        Runnable others = before;
        before = () -> {
            others.run();
            action.run();
        };
        return this;
    }

    /**
     * Replaces the numbers of an input of type F32, row-major.
     *
     * @throws IllegalArgumentException if there is no such input, or it has another type or size
     */
    public Session set(String input, float... values) {
        return set(input, Tensor.of(expect(input, DType.F32, values.length).shape(), values));
    }

    /** {@link #set(String, float...)} of an input of type I32. */
    public Session set(String input, int... values) {
        return set(input, Tensor.of(expect(input, DType.I32, values.length).shape(), values));
    }

    /** {@link #set(String, float...)} of an input of any type. */
    public Session set(String input, Tensor values) {
        Value value = expect(input, values.dtype(), values.shape().size());
        expectInside(input, values.dtype(), values.elements(), 0);
        return copy(() -> {
            memory(input).write(value.dtype(), 0, values.elements());
            return this;
        });
    }

    private Value expect(String input, DType dtype, long count) {
        Value value = program().input(input);
        if (value.dtype() != dtype || value.shape().size() != count) {
            throw new IllegalArgumentException("input \"" + input + "\": expected "
                    + value.shape().size() + " numbers " + value.type() + ", got " + count + " of type " + dtype);
        }
        return value;
    }

    /** On the calling thread: replaces the first numbers of an input of type F32. */
    void write(String input, float[] values, int from, int count) {
        memory(input).write(0, values, from, count);
    }

    /**
     * On the calling thread: replaces the first elements of an input.
     *
     * @param first the number of the first example, for messages
     */
    void write(String input, DType type, ByteBuffer elements, int first) {
        expectInside(input, type, elements, first);
        memory(input).write(type, 0, elements);
    }

    private void expectInside(String input, DType type, ByteBuffer elements, int first) {
        if (type == DType.I32) {
            bounds = bounds == null ? new IndexBounds(program()) : bounds;
            bounds.expectInside(input, program().input(input).shape(), elements, first);
        }
    }

    private Memory memory(String input) {
        if (inputsAfter != storage.moves()) {
            inputs.clear();
            inputsAfter = storage.moves();
        }
        Memory memory = inputs.get(input);
        if (memory == null) {
            memory = storage.input(input, program().input(input).type());
            inputs.put(input, memory);
        }
        return memory;
    }

    /** On the calling thread: copies the first elements of an output, of its own type. */
    void read(String output, ByteBuffer target) {
        Value value = program().output(output);
        executable.read(value, value.dtype(), target);
    }

    /** The program's only output. */
    Value onlyOutput() {
        return onlyOutput;
    }

    static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** Runs the whole program. */
    public Session run() {
        here(whole);
        return this;
    }

    /**
     * Runs the body alone, forward and backward: nothing that lies in a slot changes but the gradients. With {@link
     * #runUpdate} behind it, it is a whole run.
     */
    public Session runBody() {
        return run(() -> {
            before.run();
            guarded(executable.body());
            hasBody = true;
            return this;
        });
    }

    /**
     * Runs the update alone, from what the body has computed.
     *
     * @throws IllegalStateException if there was no {@link #runBody} since the last one
     */
    public Session runUpdate() {
        return run(() -> {
            if (!hasBody) {
                throw new IllegalStateException(
                        "Session: expected runBody before runUpdate, got an update without one");
            }
            hasBody = false;
            guarded(executable.update());
            return this;
        });
    }

    private Void runWhole() {
        before.run();
        hasBody = false;
        guarded(executable.whole());
        return null;
    }

    private void guarded(Kernel kernel) {
        if (guard == null) {
            kernel.run();
        } else {
            guard.use(kernel::run);
        }
    }

    /** Does something with this session, which stays open until it is done. */
    private <T> T used(Callable<T> work) throws Exception {
        if (resource == null) {
            return work.call();
        }
        long stamp = resource.enter();
        try {
            return work.call();
        } finally {
            resource.leave(stamp);
        }
    }

    /** Likewise, and with memory that somebody else may change or free. */
    private <T> T copied(Callable<T> work) throws Exception {
        if (guard == null) {
            return used(work);
        }
        long stamp = guard.enter();
        try {
            return used(work);
        } finally {
            guard.leave(stamp);
        }
    }

    /**
     * On the calling thread, which must be one that the backend allows: the whole program, but for what was derived of this
     * version of the weights already.
     */
    public void runHere(long version) {
        expectOpen();
        executable.whole(version).run();
    }

    /** On the device's thread: the whole program, telling of each step that has just run. */
    public void run(Consumer<Step> after) {
        expectOpen();
        executable.run(after);
    }

    /** On the device's thread: {@link #runHere}, telling of each step that has just run. */
    public void run(long version, Consumer<Step> after) {
        expectOpen();
        executable.run(version, after);
    }

    /** On the device's thread: the body, telling of each step that has just run. */
    public void runBody(Consumer<Step> after) {
        expectOpen();
        executable.runBody(after);
    }

    private void expectOpen() {
        if (resource != null) {
            resource.check();
        }
        if (guard != null) {
            guard.check();
        }
    }

    /** A single number that the last run put out. */
    public float number(String output) {
        float[] values = floats(output);
        if (values.length != 1) {
            throw new IllegalArgumentException(
                    "output \"" + output + "\": expected a single number, got " + values.length);
        }
        return values[0];
    }

    /** What the last run put out, of type F32, row-major. */
    public float[] floats(String output) {
        return get(output).floats();
    }

    /** What the last run put out. */
    public Tensor get(String output) {
        Value value = program().output(output);
        Tensor result = Tensor.zeros(value.dtype(), value.shape());
        return copy(() -> {
            executable.read(value, value.dtype(), result.elements());
            return result;
        });
    }

    /** Copies elements of a value of type F32, as they are after the last step: an output, or where steps are watched any. */
    public void read(Value value, float[] target, int from, int count) {
        if (value.dtype() != DType.F32) {
            throw new IllegalArgumentException("read: expected a value of type F32, got " + value);
        }
        executable.read(value, target, from, count);
    }

    /**
     * Replaces a tensor of type F32 in a slot.
     *
     * @param entry its name in the slot's layout; empty for a slot that is one tensor
     */
    public Session setSlot(String slot, String entry, float... values) {
        Layout.Entry at = real(slot).layout().entry(entry);
        if (at.shape().size() != values.length) {
            throw new IllegalArgumentException("slot \"" + slot + "\", \"" + entry + "\": expected "
                    + at.shape().size() + " numbers, got " + values.length);
        }
        return copy(() -> {
            storage.slot(slot).write(at.offset(), values, 0, values.length);
            return this;
        });
    }

    private Slot real(String name) {
        Slot slot = program().slot(name);
        if (slot.dtype() != DType.F32) {
            throw new IllegalArgumentException("slot \"" + name + "\": expected one of type F32, got " + slot.dtype());
        }
        return slot;
    }

    /** A copy of a tensor of type F32 in a slot. */
    public float[] slot(String slot, String entry) {
        Layout.Entry at = real(slot).layout().entry(entry);
        float[] values = new float[Math.toIntExact(at.shape().size())];
        return copy(() -> {
            storage.slot(slot).read(at.offset(), values, 0, values.length);
            return values;
        });
    }

    private <T> T run(Callable<T> work) {
        return here(() -> used(work));
    }

    private <T> T here(Callable<T> work) {
        return alone ? device.callHere(work) : device.call(work);
    }

    /** Copies numbers, which takes one thread. */
    private <T> T copy(Callable<T> work) {
        return device.callHere(() -> copied(work));
    }

    /** Bytes that its runs need beside inputs and slots. */
    public long bytes() {
        return executable.arenaBytes() + executable.derivedBytes();
    }

    @Override
    public void close() {
        if (resource != null) {
            resource.close();
        } else {
            executable.close();
        }
    }
}
