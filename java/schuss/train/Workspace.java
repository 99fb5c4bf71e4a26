package schuss.train;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.backend.Arena;
import schuss.backend.Backend;
import schuss.backend.Executable;
import schuss.backend.Memory;
import schuss.backend.Weights;
import schuss.data.Dataset;
import schuss.optim.Optimizer;
import schuss.optim.OptimizerStep;
import schuss.optim.UpdateRule;
import schuss.program.Groups;
import schuss.program.Layout;
import schuss.program.Passes;
import schuss.program.Program;
import schuss.program.Request;
import schuss.program.Trace;
import schuss.program.Variable;

/**
 * A trainer's memory: the state of training, gradients, control, one arena, and the executables that use them. It belongs
 * to the model and closes with it.
 */
final class Workspace implements AutoCloseable {
    private static final int MOST_EXECUTABLES = 8;

    // not the model: the workspace belongs to it, and one that is forgotten must not be held by what it owns
    private final Device device;
    private final Layout layout;
    private final Layout stateLayout;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final TrainingState state;
    private final Memory gradients;
    private final Memory groupTable;
    private final Control control;
    private final Arena arena;
    private final Map<Request, Executable> executables = new LinkedHashMap<>(16, 0.75f, true);
    private Batch batch;
    private UpdateRule rule;
    private Groups groups;
    private Memory gathered; // gradients of several batches, where the rule wants that

    Workspace(Model model, Optimizer optimizer, int metricNumbers) {
        this.device = model.device();
        this.layout = model.layout();
        this.stateLayout = model.stateLayout();
        Backend backend = device.backend();
        try {
            state = own(new TrainingState(model, optimizer));
            gradients = own(backend.allocate(layout.size() * backend.bytes(DType.F32)));
            groupTable = own(backend.allocate(layout.size() / OptimizerStep.GROUP_ELEMENTS * backend.bytes(DType.U8)));
            control = own(new Control(backend, Trace.TOTAL_METRICS + metricNumbers));
            arena = own(new Arena(backend));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T own(T closeable) {
        owned.push(closeable);
        return closeable;
    }

    TrainingState state() {
        return state;
    }

    Groups groups() {
        return groups;
    }

    /** Takes over the model's weights and the rule, where they have changed. */
    void follow(Model model, UpdateRule next) {
        state.follow(model);
        if (next.equals(rule)) {
            return;
        }
        groups = Groups.of(next, layout);
        groupTable.write(DType.U8, 0, ByteBuffer.wrap(groups.table()));
        clearGradients();
        Backend backend = device.backend();
        if (next.accumulate() > 1 && gathered == null) {
            gathered = own(backend.allocate(layout.size() * backend.bytes(DType.F32)));
        }
        closeExecutables(); // evaluation may read other weights now
        state.average(next.averaging() != UpdateRule.Averaging.NONE);
        rule = next;
    }

    /** Nobody writes frozen parameters' gradients, but the norm of all is over them too. */
    void clearGradients() {
        float[] zeros = new float[Math.toIntExact(layout.size())];
        gradients.write(0, zeros, 0, zeros.length);
    }

    Control control() {
        return control;
    }

    /** Room for batches of this size, of this kind of data. */
    void prepare(Dataset data, int capacity) {
        if (batch != null && batch.fits(data, capacity)) {
            return;
        }
        if (batch != null) {
            batch.close();
            batch = null; // there may be no room for the new one
            closeExecutables(); // they hold the old addresses
        }
        batch = new Batch(device.backend(), data, capacity);
    }

    Batch batch() {
        return batch;
    }

    /** The sum of the gradients of several batches; null where the rule wants none. */
    Memory gathered() {
        return rule.accumulate() > 1 ? gathered : null;
    }

    /** The executable of a request; the least recently used makes room. */
    Executable executable(Request request) {
        Executable executable = executables.get(request);
        if (executable == null) {
            Program program =
                    expectSame(Passes.compile(request, device.backend().abilities(device.threads())));
            Weights source = request.update() == null ? state.shown() : state.weights();
            Function<Variable, Memory> variables = variable -> memory(variable, source);
            executable = new Executable(program, device.backend(), device.threads(), arena, variables);
            executables.put(request, executable);
            if (executables.size() > MOST_EXECUTABLES) {
                Request oldest = executables.keySet().iterator().next();
                executables.remove(oldest).close();
            }
        }
        return executable;
    }

    /** An executable that keeps what every layer puts out; whoever asks closes it. */
    Executable inspect(Request request) {
        Program program = expectSame(Passes.inspected(request));
        return new Executable(program, device.backend(), device.threads(), arena, v -> memory(v, state.shown()));
    }

    /** Fails where another trace of the network found other parameters than the model's. */
    private Program expectSame(Program program) {
        layout.expectSame(program.layout());
        stateLayout.expectSame(program.stateLayout());
        return program;
    }

    private Memory memory(Variable variable, Weights source) {
        return switch (variable.kind()) {
            case PARAMETERS, MODEL_STATE -> source.of(variable.kind());
            case GATHERED -> gathered;
            case AVERAGE -> state.shown().of(Variable.Kind.PARAMETERS);
            case GRADIENTS -> gradients;
            case STATE -> List.copyOf(state.optimizer().values()).get(variable.index());
            case GROUPS -> groupTable;
            case INPUT -> batch.input();
            case TARGET -> batch.target();
            case EXAMPLE_WEIGHTS -> batch.weights();
            case COEFFICIENTS, SCALAR, RANDOM, FLAG, TOTALS -> control.memory(variable);
        };
    }

    /** One gradient as the last step left it. */
    float[] gradient(String path) {
        Layout.Entry entry = layout.entry(path);
        float[] values = new float[Math.toIntExact(entry.parameter().shape().size())];
        gradients.read(entry.offset(), values, 0, values.length);
        return values;
    }

    private void closeExecutables() {
        executables.values().forEach(Executable::close);
        executables.clear();
    }

    @Override
    public void close() {
        closeExecutables();
        if (batch != null) {
            batch.close();
        }
        while (!owned.isEmpty()) {
            closeOne(owned.pop());
        }
    }

    private static void closeOne(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
