package schuss.backend;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import schuss.DType;
import schuss.Device;
import schuss.Philox;
import schuss.Shape;
import schuss.Spec;
import schuss.ops.Value;
import schuss.optim.Optimizer;
import schuss.optim.Sgd;
import schuss.optim.UpdateRule;
import schuss.program.Groups;
import schuss.program.Layout;
import schuss.program.Passes;
import schuss.program.Program;
import schuss.program.Request;
import schuss.program.Variable;

/**
 * A request's program with memory of its own, every number of which can be set and read: in double where the backend
 * keeps doubles, so that nothing is rounded on the way.
 */
public class Run implements AutoCloseable {
    private final Device device;
    private final Backend backend;
    private final Request request;
    private final Program program;
    private final Map<Variable.Kind, Memory> memories = new EnumMap<>(Variable.Kind.class);
    private final Groups groups;
    private final Memory[] state;
    private final Arena arena;
    private final Executable executable;
    private int steps;

    /** Compiled as for training and predictions. */
    public Run(Device device, Request request) {
        this(device, request, Passes.compile(request, device.backend().abilities(device.threads())), true);
    }

    Run(Device device, Request request, Program program, boolean alias) {
        this.device = device;
        this.backend = device.backend();
        this.request = request;
        this.program = program;
        long size = program.layout().size();
        allocate(Variable.Kind.PARAMETERS, DType.F32, size);
        allocate(Variable.Kind.GRADIENTS, DType.F32, size);
        allocate(Variable.Kind.MODEL_STATE, DType.F32, program.stateLayout().size());
        groups = Groups.of(request.update() == null ? new UpdateRule(new Sgd(0)) : request.update(), program.layout());
        byte[] table = groups.table();
        allocate(Variable.Kind.GROUPS, DType.U8, table.length).write(DType.U8, 0, ByteBuffer.wrap(table));
        allocate(Variable.Kind.COEFFICIENTS, DType.F32, Groups.mostCoefficients());
        allocate(Variable.Kind.RANDOM, DType.I64, 2);
        allocate(Variable.Kind.FLAG, DType.I32, 1);
        allocate(Variable.Kind.TOTALS, DType.F64, 8);
        allocate(Variable.Kind.INPUT, request.input());
        if (request.target() != null) {
            allocate(Variable.Kind.TARGET, request.target());
        }
        if (request.exampleWeights()) {
            allocate(Variable.Kind.EXAMPLE_WEIGHTS, DType.F32, batch().size());
        }
        Optimizer optimizer = request.update() == null ? null : request.update().optimizer();
        state = new Memory[optimizer == null ? 0 : optimizer.state().size()];
        Arrays.setAll(state, i -> backend.allocate(size * backend.bytes(DType.F32)));
        arena = new Arena(backend);
        executable = new Executable(
                program,
                backend,
                device.threads(),
                arena,
                v -> v.kind() == Variable.Kind.STATE ? state[v.index()] : memory(v.kind()),
                alias);
    }

    private void allocate(Variable.Kind kind, Spec spec) {
        allocate(kind, spec.dtype(), spec.shape().size());
    }

    private Memory allocate(Variable.Kind kind, DType type, long elements) {
        Memory memory = backend.allocate(elements * backend.bytes(type));
        memories.put(kind, memory);
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

    final Memory memory(Variable.Kind kind) {
        return memories.get(kind);
    }

    final Arena arena() {
        return arena;
    }

    final Executable executable() {
        return executable;
    }

    /** Paths, shapes and initialisers of the parameters. */
    public final Map<String, Layout.Entry> parameters() {
        return program.layout().entries();
    }

    /** Paths, shapes and initialisers of the model's states. */
    public final Map<String, Layout.Entry> modelStates() {
        return program.stateLayout().entries();
    }

    /** Parameters and states as a new model has them, each drawn from a stream of its own. */
    public final void initialize(long seed) {
        int stream = 0;
        for (Layout.Entry entry : parameters().values()) {
            write(memory(Variable.Kind.PARAMETERS), entry, doubles(initial(entry, new Philox(seed, stream++))));
        }
        for (Layout.Entry entry : modelStates().values()) {
            write(memory(Variable.Kind.MODEL_STATE), entry, doubles(initial(entry, new Philox(seed, stream++))));
        }
    }

    static float[] initial(Layout.Entry entry, Philox philox) {
        float[] values = new float[(int) entry.parameter().shape().size()];
        entry.parameter().initializer().initialize(entry.parameter().shape(), philox, values);
        return values;
    }

    static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        Arrays.setAll(result, i -> values[i]);
        return result;
    }

    public final void setInput(double... values) {
        write(
                memory(Variable.Kind.INPUT),
                request.input().dtype(),
                request.input().shape(),
                0,
                values);
    }

    public final void setTarget(double... values) {
        write(
                memory(Variable.Kind.TARGET),
                request.target().dtype(),
                request.target().shape(),
                0,
                values);
    }

    public final void setExampleWeights(double... values) {
        write(memory(Variable.Kind.EXAMPLE_WEIGHTS), DType.F32, batch(), 0, values);
    }

    private Shape batch() {
        return Shape.of(request.input().shape().dim(0));
    }

    public final void setParameter(String path, double... values) {
        write(memory(Variable.Kind.PARAMETERS), program.layout().entry(path), values);
    }

    public final void setModelState(String path, double... values) {
        write(memory(Variable.Kind.MODEL_STATE), program.stateLayout().entry(path), values);
    }

    /** The optimiser's state {@code index} of a parameter. */
    public final void setState(int index, String path, double... values) {
        write(state[index], program.layout().entry(path), values);
    }

    public final double[] parameter(String path) {
        return read(memory(Variable.Kind.PARAMETERS), program.layout().entry(path));
    }

    public final double[] gradient(String path) {
        return read(memory(Variable.Kind.GRADIENTS), program.layout().entry(path));
    }

    public final double[] modelState(String path) {
        return read(memory(Variable.Kind.MODEL_STATE), program.stateLayout().entry(path));
    }

    /** How many states the optimiser keeps. */
    final int states() {
        return state.length;
    }

    /** The optimiser's state {@code index} of a parameter. */
    public final double[] state(int index, String path) {
        return read(state[index], program.layout().entry(path));
    }

    private void write(Memory memory, Layout.Entry entry, double... values) {
        write(memory, DType.F32, entry.parameter().shape(), entry.offset(), values);
    }

    private double[] read(Memory memory, Layout.Entry entry) {
        return read(memory, DType.F32, entry.parameter().shape(), entry.offset());
    }

    /** Runs once; where there is an optimiser, as its next step. */
    public final void run() {
        begin(++steps);
        device.call(() -> {
            executable.run();
            return null;
        });
    }

    /** Writes what changes between steps. */
    final void begin(int step) {
        Optimizer optimizer = request.update() == null ? null : request.update().optimizer();
        if (optimizer != null) {
            float[] coefficients = new float[Groups.mostCoefficients()];
            groups.coefficients(step, optimizer.learningRate(), optimizer.momentum(), coefficients);
            memory(Variable.Kind.COEFFICIENTS).write(0, coefficients, 0, coefficients.length);
        }
    }

    /** One of the program's outputs after a run. */
    public final double[] output(String name) {
        Value value = program.output(name);
        Value root = executable.plan().root(value);
        Variable variable = program.variables().get(root);
        if (variable != null) { // a view of the input
            return read(memory(variable.kind()), value.dtype(), value.shape(), 0);
        }
        long offset = executable.plan().offset(value) / backend.bytes(value.dtype());
        return read(arena.memory(), value.dtype(), value.shape(), offset);
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
        memories.values().forEach(Memory::close);
        for (Memory memory : state) {
            memory.close();
        }
    }
}
