package schuss.backend;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import schuss.DType;
import schuss.Device;
import schuss.Philox;
import schuss.conformance.RandomNetwork;
import schuss.ir.Program;
import schuss.ir.Step;
import schuss.layers.Parameter;
import schuss.ops.Reshape;
import schuss.ops.Value;
import schuss.passes.Plan;
import schuss.trace.Slots;

/** A random network's program, poisoned wherever nothing should be read. */
final class ProgramRun extends Run {
    private final RandomNetwork network;

    ProgramRun(Device device, RandomNetwork network, Computation request, Program program, boolean alias) {
        super(device, request, program, alias);
        this.network = network;
        setInput(doubles(network.inputs()));
        setTarget(network.targets());
        int stream = 0;
        for (Parameter parameter : parameters().values()) {
            float[] values = initial(parameter, new Philox(7, stream++));
            Philox away = new Philox(8, stream); // from zero biases, which put ReLU on its kink where the input is 0
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) (0.05 * away.normal(i));
            }
            setParameter(parameter.path(), doubles(values));
        }
        for (Parameter parameter : modelStates().values()) {
            setModelState(parameter.path(), doubles(initial(parameter, new Philox(9, 0))));
        }
    }

    /** Runs a few steps in an arena full of NaN, in which every buffer is NaN again after its last use. */
    void run(int steps) {
        device().call(() -> {
            for (int step = 1; step <= steps; step++) {
                ByteBuffer random = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
                random.putLong(0, network.seed() & 0xffff_ffffL).putLong(8, step);
                slot(Slots.RANDOM).write(DType.I64, 0, random);
                begin(step);
                arena().ensure(executable().arenaBytes());
                poison(0, arena().memory().bytes());
                executable().run(new Poison());
            }
            return null;
        });
    }

    private void poison(long offset, long bytes) {
        int element = backend().bytes(DType.F32);
        float[] nan = new float[Math.toIntExact(bytes / element)];
        Arrays.fill(nan, Float.NaN);
        arena().memory().write(offset / element, nan, 0, nan.length);
    }

    /** Follows a run and overwrites what is dead, by a count of its own of who reads what. */
    private final class Poison implements Consumer<Step> {
        private final Map<Value, Integer> last = new LinkedHashMap<>();
        private final Map<Value, Long> bytes = new LinkedHashMap<>();
        private int index = -1;

        Poison() {
            Plan plan = executable().plan();
            for (int i = 0; i < program().steps().size(); i++) {
                Step step = program().steps().get(i);
                for (Value value : step.outputs()) {
                    note(plan, value, i);
                }
                for (Value value : step.inputs()) {
                    note(plan, value, i);
                }
            }
            program().outputs().values().forEach(v -> note(plan, v, Integer.MAX_VALUE));
            program().inputs().values().forEach(v -> last.remove(plan.root(v)));
            program().places().keySet().forEach(v -> last.remove(plan.root(v)));
        }

        private void note(Plan plan, Value value, int step) {
            Value root = plan.root(value);
            last.merge(root, step, Math::max);
            bytes.merge(root, value.shape().size() * backend().bytes(value.dtype()), Math::max);
        }

        @Override
        public void accept(Step step) {
            do {
                index++;
            } while (program().steps().get(index).op() instanceof Reshape);
            last.forEach((root, end) -> {
                if (end == index && !executable().plan().isDerived(root)) {
                    poison(executable().plan().offset(root), bytes.get(root));
                }
            });
        }
    }

    /** All that can be observed: outputs by name, parameters, gradients, state. */
    Map<String, double[]> results() {
        Map<String, double[]> results = new TreeMap<>();
        program().outputs().keySet().forEach(name -> results.put(name, output(name)));
        for (String path : parameters().keySet()) {
            results.put("parameter " + path, parameter(path));
            results.put("gradient " + path, gradient(path));
            for (int i = 0; i < states(); i++) {
                results.put("state " + i + " " + path, state(i, path));
            }
        }
        modelStates().keySet().forEach(path -> results.put("model state " + path, modelState(path)));
        return results;
    }

    /** One number in double, where the backend keeps doubles. */
    static double get(Memory memory, long index) {
        ByteBuffer one = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        memory.read(DType.F64, index, one);
        return one.getDouble(0);
    }

    static void set(Memory memory, long index, double value) {
        ByteBuffer one = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        memory.write(DType.F64, index, one.putDouble(0, value));
    }
}
