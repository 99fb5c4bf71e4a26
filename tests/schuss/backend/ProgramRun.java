package schuss.backend;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import schuss.DType;
import schuss.Device;
import schuss.Philox;
import schuss.conformance.RandomNetwork;
import schuss.ops.Reshape;
import schuss.ops.Value;
import schuss.optim.Optimizer;
import schuss.optim.OptimizerStep;
import schuss.program.Layout;
import schuss.program.Plan;
import schuss.program.Program;
import schuss.program.Request;
import schuss.program.Step;
import schuss.program.Variable;

/** A random network's program with memory of its own, poisoned wherever nothing should be read. */
final class ProgramRun implements AutoCloseable {
    private final Device device;
    private final Backend backend;
    private final Program program;
    private final RandomNetwork network;
    private final Optimizer optimizer;
    private final Map<Variable.Kind, Memory> memories = new EnumMap<>(Variable.Kind.class);
    private final Memory[] state;
    private final Arena arena;
    private final Executable executable;

    ProgramRun(Device device, RandomNetwork network, Request request, Program program, boolean alias) {
        this.device = device;
        this.backend = device.backend();
        this.program = program;
        this.network = network;
        this.optimizer = request.optimizer();
        long size = program.layout().size();
        allocate(Variable.Kind.PARAMETERS, DType.F32, size);
        allocate(Variable.Kind.GRADIENTS, DType.F32, size);
        byte[] groups = program.layout().groups();
        allocate(Variable.Kind.GROUPS, DType.U8, groups.length).write(DType.U8, 0, ByteBuffer.wrap(groups));
        allocate(Variable.Kind.COEFFICIENTS, DType.F32, (long) Layout.GROUPS * OptimizerStep.GROUP_COEFFICIENTS);
        allocate(Variable.Kind.RANDOM, DType.I64, 2);
        allocate(Variable.Kind.FLAG, DType.I32, 1);
        allocate(Variable.Kind.TOTALS, DType.F64, 8);
        float[] inputs = network.inputs();
        allocate(Variable.Kind.INPUT, DType.F32, inputs.length).write(0, inputs, 0, inputs.length);
        double[] targets = network.targets();
        DType type = request.target().dtype();
        ByteBuffer bytes = ByteBuffer.allocateDirect(4 * targets.length).order(ByteOrder.nativeOrder());
        for (double target : targets) {
            if (type == DType.I32) {
                bytes.putInt((int) target);
            } else {
                bytes.putFloat((float) target);
            }
        }
        allocate(Variable.Kind.TARGET, type, targets.length).write(type, 0, bytes.flip());
        state = new Memory[optimizer == null ? 0 : optimizer.state().size()];
        Arrays.setAll(state, i -> backend.allocate(size * backend.bytes(DType.F32)));
        int stream = 0;
        for (Layout.Entry entry : program.layout().entries().values()) {
            float[] values = new float[(int) entry.parameter().shape().size()];
            entry.parameter().initializer().initialize(entry.parameter().shape(), new Philox(7, stream++), values);
            Philox away = new Philox(8, stream); // from zero biases, which put ReLU on its kink where the input is 0
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) (0.05 * away.normal(i));
            }
            memory(Variable.Kind.PARAMETERS).write(entry.offset(), values, 0, values.length);
        }
        arena = new Arena(backend);
        executable = new Executable(
                program,
                backend,
                device.threads(),
                arena,
                v -> v.kind() == Variable.Kind.STATE ? state[v.index()] : memory(v.kind()),
                alias);
    }

    private Memory allocate(Variable.Kind kind, DType type, long elements) {
        Memory memory = backend.allocate(elements * backend.bytes(type));
        memories.put(kind, memory);
        return memory;
    }

    Memory memory(Variable.Kind kind) {
        return memories.get(kind);
    }

    Executable executable() {
        return executable;
    }

    /** Runs a few steps in an arena full of NaN, in which every buffer is NaN again after its last use. */
    void run(int steps) {
        device.call(() -> {
            for (int step = 1; step <= steps; step++) {
                begin(step);
                arena.ensure(executable.arenaBytes());
                poison(0, arena.memory().bytes());
                executable.run(new Poison());
            }
            return null;
        });
    }

    private void begin(int step) {
        ByteBuffer random = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
        random.putLong(0, network.seed() & 0xffff_ffffL).putLong(8, step);
        memory(Variable.Kind.RANDOM).write(DType.I64, 0, random);
        if (optimizer != null) {
            float[] coefficients = new float[Layout.GROUPS * OptimizerStep.GROUP_COEFFICIENTS];
            for (int group = 0; group < Layout.GROUPS; group++) {
                OptimizerStep.coefficients(
                        optimizer,
                        step,
                        optimizer.learningRate(),
                        optimizer.momentum(),
                        group == Layout.WEIGHTS ? optimizer.weightDecay() : 0,
                        0,
                        0,
                        coefficients,
                        group * OptimizerStep.GROUP_COEFFICIENTS);
            }
            memory(Variable.Kind.COEFFICIENTS).write(0, coefficients, 0, coefficients.length);
        }
    }

    private void poison(long offset, long bytes) {
        int element = backend.bytes(DType.F32);
        float[] nan = new float[Math.toIntExact(bytes / element)];
        Arrays.fill(nan, Float.NaN);
        arena.memory().write(offset / element, nan, 0, nan.length);
    }

    /** Follows a run and overwrites what is dead, by a count of its own of who reads what. */
    private final class Poison implements Consumer<Step> {
        private final Map<Value, Integer> last = new LinkedHashMap<>();
        private final Map<Value, Long> bytes = new LinkedHashMap<>();
        private int index = -1;

        Poison() {
            Plan plan = executable.plan();
            for (int i = 0; i < program.steps().size(); i++) {
                Step step = program.steps().get(i);
                for (Value value : step.outputs()) {
                    note(plan, value, i);
                }
                for (Value value : step.inputs()) {
                    note(plan, value, i);
                }
            }
            program.outputs().values().forEach(v -> note(plan, v, Integer.MAX_VALUE));
            program.variables().keySet().forEach(v -> last.remove(plan.root(v)));
        }

        private void note(Plan plan, Value value, int step) {
            Value root = plan.root(value);
            last.merge(root, step, Math::max);
            bytes.merge(root, value.shape().size() * backend.bytes(value.dtype()), Math::max);
        }

        @Override
        public void accept(Step step) {
            do {
                index++;
            } while (program.steps().get(index).op() instanceof Reshape);
            last.forEach((root, end) -> {
                if (end == index) {
                    poison(executable.plan().offset(root), bytes.get(root));
                }
            });
        }
    }

    /** All that can be observed: outputs by name, parameters, gradients, state, totals. */
    Map<String, double[]> results() {
        Map<String, double[]> results = new TreeMap<>();
        program.outputs().forEach((name, value) -> {
            float[] values = new float[(int) value.shape().size()];
            executable.read(value, values, 0, values.length);
            results.put(name, doubles(values));
        });
        program.layout().entries().forEach((path, entry) -> {
            int count = (int) entry.parameter().shape().size();
            results.put("parameter " + path, read(memory(Variable.Kind.PARAMETERS), entry.offset(), count));
            results.put("gradient " + path, read(memory(Variable.Kind.GRADIENTS), entry.offset(), count));
            for (int i = 0; i < state.length; i++) {
                results.put("state " + i + " " + path, read(state[i], entry.offset(), count));
            }
        });
        return results;
    }

    private static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        Arrays.setAll(result, i -> values[i]);
        return result;
    }

    private static double[] read(Memory memory, long offset, int count) {
        float[] values = new float[count];
        memory.read(offset, values, 0, count);
        return doubles(values);
    }

    /** A scalar of the arena in double, where the backend keeps doubles. */
    double readDouble(Value value) {
        ByteBuffer one = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        arena.memory().read(DType.F64, executable.plan().offset(value) / backend.bytes(DType.F64), one);
        return one.getDouble(0);
    }

    /** One number in double, where the backend keeps doubles. */
    double get(Variable.Kind kind, long index) {
        ByteBuffer one = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        memory(kind).read(DType.F64, index, one);
        return one.getDouble(0);
    }

    void set(Variable.Kind kind, long index, double value) {
        ByteBuffer one = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        memory(kind).write(DType.F64, index, one.putDouble(0, value));
    }

    @Override
    public void close() {
        executable.close();
        arena.close();
        memories.values().forEach(Memory::close);
        for (Memory memory : state) {
            memory.close();
        }
    }
}
