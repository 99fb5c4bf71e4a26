package schuss.backend;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.DType;
import schuss.Device;
import schuss.Philox;
import schuss.Shape;
import schuss.Spec;
import schuss.backend.runtime.Arena;
import schuss.backend.runtime.Executable;
import schuss.internal.Inside;
import schuss.ir.Layout;
import schuss.ir.Program;
import schuss.layers.Parameter;
import schuss.losses.Objective;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.optim.Optimizer;
import schuss.optim.Sgd;
import schuss.optim.UpdateRule;
import schuss.trace.Declarations;
import schuss.trace.Groups;
import schuss.trace.Slots;
import schuss.trace.Trace;

/**
 * A computation's program with memory of its own, every number of which can be set and read: in double where the backend
 * keeps doubles, so that nothing is rounded on the way.
 */
public class Run implements AutoCloseable {
    private final Device device;
    private final Backend backend;
    private final Computation computation;
    private final Program program;
    private final Declarations declarations;
    private final Map<String, Memory> slots = new HashMap<>();
    private final Map<String, Memory> inputs = new HashMap<>();
    private final Groups groups;
    private final List<String> state; // slots
    private final Arena arena;
    private final Executable executable;
    private int steps;

    /** Compiled as for training and predictions. */
    public Run(Device device, Computation computation) {
        this(
                device,
                computation,
                computation.compiled(Inside.of(device, Backend.class).abilities(device.threads())),
                true);
    }

    Run(Device device, Computation computation, Program program, boolean alias) {
        this.device = device;
        this.backend = Inside.of(device, Backend.class);
        this.computation = computation;
        this.program = program;
        this.declarations = computation.trace().declarations();
        long size = declarations.layout().size();
        allocate(slots, Slots.PARAMETERS, DType.F32, size);
        allocate(slots, Slots.GRADIENTS, DType.F32, size);
        allocate(slots, Slots.STATES, DType.F32, declarations.stateLayout().size());
        groups = Groups.of(
                computation.update() == null ? new UpdateRule(new Sgd(0)) : computation.update(), declarations);
        byte[] table = groups.table();
        allocate(slots, Slots.GROUPS, DType.U8, table.length).write(DType.U8, 0, ByteBuffer.wrap(table));
        allocate(slots, Slots.COEFFICIENTS, DType.F32, Groups.mostCoefficients());
        allocate(slots, Slots.RANDOM, DType.I64, 2);
        allocate(slots, Slots.FLAG, DType.I32, 1);
        allocate(slots, Slots.TOTALS, DType.F64, 8);
        allocate(inputs, computation.input().name(), computation.input());
        if (computation.target() != null) {
            allocate(inputs, Objective.TARGET, computation.target());
        }
        if (computation.exampleWeights()) {
            allocate(inputs, Trace.EXAMPLE_WEIGHTS, DType.F32, batch().size());
        }
        state = computation.update() == null
                ? List.of()
                : computation.update().optimizer().state().stream()
                        .map(Slots::optimizer)
                        .toList();
        state.forEach(name -> allocate(slots, name, DType.F32, size));
        arena = new Arena(backend);
        Storage storage = new Storage() {
            @Override
            public Memory input(String name, Type type) {
                return inputs.get(name);
            }

            @Override
            public Memory slot(String name) {
                return slots.get(name);
            }
        };
        executable = new Executable(program, backend, device.threads(), arena, storage, alias);
    }

    private void allocate(Map<String, Memory> memories, String name, Spec spec) {
        allocate(memories, name, spec.dtype(), spec.shape().size());
    }

    private Memory allocate(Map<String, Memory> memories, String name, DType type, long elements) {
        Memory memory = backend.allocate(elements * backend.bytes(type));
        memories.put(name, memory);
        return memory;
    }

    final Device device() {
        return device;
    }

    final Backend backend() {
        return backend;
    }

    final Program program() {
        return program;
    }

    final Memory slot(String name) {
        return slots.get(name);
    }

    final Memory input() {
        return inputs.get(computation.input().name());
    }

    final Arena arena() {
        return arena;
    }

    final Executable executable() {
        return executable;
    }

    /** Paths, shapes and initialisers of the parameters. */
    public final Map<String, Parameter> parameters() {
        return byPath(declarations.parameters());
    }

    /** Paths, shapes and initialisers of the model's states. */
    public final Map<String, Parameter> modelStates() {
        return byPath(declarations.states());
    }

    private static Map<String, Parameter> byPath(List<Parameter> all) {
        Map<String, Parameter> map = new LinkedHashMap<>();
        all.forEach(parameter -> map.put(parameter.path(), parameter));
        return map;
    }

    /** Where the parameters lie. */
    final Layout layout() {
        return declarations.layout();
    }

    private Layout.Entry entry(String path) {
        return declarations.layout().entry(path);
    }

    private Layout.Entry stateEntry(String path) {
        return declarations.stateLayout().entry(path);
    }

    /** Parameters and states as a new model has them, each drawn from a stream of its own. */
    public final void initialize(long seed) {
        int stream = 0;
        for (Parameter parameter : parameters().values()) {
            setParameter(parameter.path(), doubles(initial(parameter, new Philox(seed, stream++))));
        }
        for (Parameter parameter : modelStates().values()) {
            setModelState(parameter.path(), doubles(initial(parameter, new Philox(seed, stream++))));
        }
    }

    static float[] initial(Parameter parameter, Philox philox) {
        float[] values = new float[(int) parameter.shape().size()];
        parameter.initializer().initialize(parameter.shape(), philox, values);
        return values;
    }

    static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        Arrays.setAll(result, i -> values[i]);
        return result;
    }

    public final void setInput(double... values) {
        write(input(), computation.input().dtype(), computation.input().shape(), 0, values);
    }

    public final void setTarget(double... values) {
        write(
                inputs.get(Objective.TARGET),
                computation.target().dtype(),
                computation.target().shape(),
                0,
                values);
    }

    public final void setExampleWeights(double... values) {
        write(inputs.get(Trace.EXAMPLE_WEIGHTS), DType.F32, batch(), 0, values);
    }

    private Shape batch() {
        return Shape.of(computation.input().shape().dim(0));
    }

    public final void setParameter(String path, double... values) {
        write(slot(Slots.PARAMETERS), entry(path), values);
    }

    public final void setModelState(String path, double... values) {
        write(slot(Slots.STATES), stateEntry(path), values);
    }

    /** The optimiser's state {@code index} of a parameter. */
    public final void setState(int index, String path, double... values) {
        write(slot(state.get(index)), entry(path), values);
    }

    public final double[] parameter(String path) {
        return read(slot(Slots.PARAMETERS), entry(path));
    }

    public final double[] gradient(String path) {
        return read(slot(Slots.GRADIENTS), entry(path));
    }

    public final double[] modelState(String path) {
        return read(slot(Slots.STATES), stateEntry(path));
    }

    /** How many states the optimiser keeps. */
    final int states() {
        return state.size();
    }

    /** The optimiser's state {@code index} of a parameter. */
    public final double[] state(int index, String path) {
        return read(slot(state.get(index)), entry(path));
    }

    private void write(Memory memory, Layout.Entry entry, double... values) {
        write(memory, DType.F32, entry.shape(), entry.offset(), values);
    }

    private double[] read(Memory memory, Layout.Entry entry) {
        return read(memory, DType.F32, entry.shape(), entry.offset());
    }

    /** Runs once; where there is an optimiser, as its next step. */
    public final void run() {
        begin(++steps);
        device.call(() -> {
            executable.whole().run();
            return null;
        });
    }

    /** Writes what changes between steps. */
    final void begin(int step) {
        Optimizer optimizer =
                computation.update() == null ? null : computation.update().optimizer();
        if (optimizer != null) {
            double[] coefficients = new double[Groups.mostCoefficients()];
            groups.coefficients(step, optimizer.learningRate(), optimizer.momentum(), coefficients);
            write(slot(Slots.COEFFICIENTS), DType.F32, Shape.of(coefficients.length), 0, coefficients);
        }
    }

    /** One of the program's outputs after a run. */
    public final double[] output(String name) {
        Value value = program.output(name);
        DType type = stored(value.dtype());
        double[] values = new double[Math.toIntExact(value.shape().size())];
        ByteBuffer bytes = buffer(type, values.length);
        executable.read(value, type, bytes);
        Arrays.setAll(values, i -> type == DType.F32 ? bytes.getFloat() : bytes.getDouble());
        return values;
    }

    private DType stored(DType type) {
        return backend.bytes(type) == type.bytes() ? type : DType.F64;
    }

    private void write(Memory memory, DType type, Shape shape, long offset, double... values) {
        if (values.length != shape.size()) {
            throw new IllegalArgumentException("expected " + shape.size() + " numbers, got " + values.length);
        }
        DType stored = stored(type);
        ByteBuffer bytes = buffer(stored, values.length);
        for (double value : values) {
            switch (stored) {
                case F32 -> bytes.putFloat((float) value);
                case F64 -> bytes.putDouble(value);
                case I32 -> bytes.putInt((int) value);
                default -> throw new IllegalArgumentException("expected f32, f64 or i32, got " + stored);
            }
        }
        memory.write(stored, offset, bytes.flip());
    }

    private double[] read(Memory memory, DType type, Shape shape, long offset) {
        DType stored = stored(type);
        double[] values = new double[Math.toIntExact(shape.size())];
        ByteBuffer bytes = buffer(stored, values.length);
        memory.read(stored, offset, bytes);
        Arrays.setAll(values, i -> stored == DType.F32 ? bytes.getFloat() : bytes.getDouble());
        return values;
    }

    private static ByteBuffer buffer(DType type, int elements) {
        return ByteBuffer.allocateDirect(elements * type.bytes()).order(ByteOrder.nativeOrder());
    }

    @Override
    public final void close() {
        executable.close();
        arena.close();
        slots.values().forEach(Memory::close);
        inputs.values().forEach(Memory::close);
    }
}
