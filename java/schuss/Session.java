package schuss;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import schuss.backend.Arena;
import schuss.backend.Executable;
import schuss.backend.Kernel;
import schuss.backend.Memory;
import schuss.backend.OwnStorage;
import schuss.backend.Storage;
import schuss.ir.Layout;
import schuss.ir.Program;
import schuss.ir.Step;
import schuss.ops.Value;
import schuss.passes.Passes;

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
 * <p>A session is for one caller at a time. What it does happens on the device's own thread, whoever asks for it.
 */
public final class Session implements AutoCloseable {
    private final Device device;
    private final Storage storage;
    private final Executable executable;
    private final Resource resource; // null where somebody else closes it
    private final Resource guard; // of memory that somebody else may change or free; null for none
    private final Callable<Void> whole = () -> {
        runHere();
        return null;
    };
    private final Map<String, Memory> inputs = new HashMap<>(); // so many moves after the beginning
    private long inputsAfter;
    private final Value onlyOutput;
    private Runnable before = () -> {};

    /** Runs a program as it is, in memory of somebody who closes the session too. */
    Session(Device device, Program program, int threads, Arena arena, Storage storage) {
        this.device = device;
        this.storage = storage;
        this.resource = null;
        this.guard = null;
        this.executable = new Executable(program, device.backend(), threads, arena, storage);
        this.onlyOutput = program.outputs().size() == 1
                ? program.outputs().values().iterator().next()
                : null;
    }

    private Session(Device device, Program program, Storage given, Resource guard) {
        this.device = device;
        this.guard = guard;
        this.resource = Resource.of(this, "Session", device);
        OwnStorage own = resource.make(() -> new OwnStorage(device.backend(), program, given));
        this.storage = own;
        this.executable =
                resource.make(() -> new Executable(program, device.backend(), device.threads(), own.arena(), own));
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
        return device.call(() -> new Session(
                device, Passes.optimize(program, device.backend().abilities(device.threads())), given, guard));
    }

    /** What it computes, as it runs. */
    public Program program() {
        return executable.program();
    }

    /** Does something on the device's thread before each run, of the whole or of the body. */
    public Session before(Runnable action) {
        before = action;
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
        return onDevice(() -> {
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

    /** On the calling thread: replaces the first elements of an input. */
    void write(String input, DType type, ByteBuffer elements) {
        memory(input).write(type, 0, elements);
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
        onDevice(whole);
        return this;
    }

    /**
     * Runs the body alone, forward and backward: nothing that lies in a slot changes but the gradients. With {@link
     * #runUpdate} behind it, it is a whole run.
     */
    public Session runBody() {
        return onDevice(() -> {
            before.run();
            guarded(executable.body());
            return this;
        });
    }

    /** Runs the update alone, from what the body has computed. */
    public Session runUpdate() {
        return onDevice(() -> {
            guarded(executable.update());
            return this;
        });
    }

    private void runHere() {
        before.run();
        guarded(executable.whole());
    }

    private void guarded(Kernel kernel) {
        long stamp = guard == null ? 0 : guard.enter();
        try {
            kernel.run();
        } finally {
            if (guard != null) {
                guard.leave(stamp);
            }
        }
    }

    /**
     * On the calling thread, which must be one that the backend allows: the whole program, but for what was derived of this
     * version of the weights already.
     */
    public void runHere(long version) {
        executable.whole(version).run();
    }

    /** On the device's thread: the whole program, telling of each step that has just run. */
    public void run(Consumer<Step> after) {
        executable.run(after);
    }

    /** On the device's thread: {@link #runHere}, telling of each step that has just run. */
    public void run(long version, Consumer<Step> after) {
        executable.run(version, after);
    }

    /** On the device's thread: the body, telling of each step that has just run. */
    public void runBody(Consumer<Step> after) {
        executable.runBody(after);
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
        return onDevice(() -> {
            executable.read(value, value.dtype(), result.elements());
            return result;
        });
    }

    /** Copies elements of a value of type F32, as they are after the last step: an output, or where steps are watched any. */
    public void read(Value value, float[] target, int from, int count) {
        executable.read(value, target, from, count);
    }

    /**
     * Replaces a tensor of type F32 in a slot.
     *
     * @param entry its name in the slot's layout; empty for a slot that is one tensor
     */
    public Session setSlot(String slot, String entry, float... values) {
        Layout.Entry at = program().slot(slot).layout().entry(entry);
        if (at.shape().size() != values.length) {
            throw new IllegalArgumentException("slot \"" + slot + "\", \"" + entry + "\": expected "
                    + at.shape().size() + " numbers, got " + values.length);
        }
        return onDevice(() -> {
            storage.slot(slot).write(at.offset(), values, 0, values.length);
            return this;
        });
    }

    /** A copy of a tensor of type F32 in a slot. */
    public float[] slot(String slot, String entry) {
        Layout.Entry at = program().slot(slot).layout().entry(entry);
        float[] values = new float[Math.toIntExact(at.shape().size())];
        return onDevice(() -> {
            storage.slot(slot).read(at.offset(), values, 0, values.length);
            return values;
        });
    }

    private <T> T onDevice(Callable<T> work) {
        if (resource != null) {
            resource.check();
        }
        return device.call(work);
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
