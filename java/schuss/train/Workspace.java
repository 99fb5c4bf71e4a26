package schuss.train;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
 * A trainer's memory: its own copy of the weights, gradients, optimiser state, control, one arena, and the executables
 * that use them. It belongs to the model and closes with it.
 */
final class Workspace implements AutoCloseable {
    private static final int MOST_EXECUTABLES = 8;

    // not the model: the workspace belongs to it, and one that is forgotten must not be held by what it owns
    private final Device device;
    private final Layout layout;
    private final Layout stateLayout;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final Weights weights;
    private final Memory gradients;
    private final List<Memory> state = new ArrayList<>();
    private final Memory groupTable;
    private final Control control;
    private final Arena arena;
    private final Map<Request, Executable> executables = new LinkedHashMap<>(16, 0.75f, true);
    private Batch batch;
    private UpdateRule rule;
    private Groups groups;
    private Memory gathered; // gradients of several batches, where the rule wants that
    private Weights averages; // of the weights, likewise
    private long seen = -1; // the model's version that the weights are of

    Workspace(Model model, Optimizer optimizer, int metrics) {
        this.device = model.device();
        this.layout = model.layout();
        this.stateLayout = model.stateLayout();
        Backend backend = device.backend();
        long bytes = layout.size() * backend.bytes(DType.F32);
        try {
            weights = own(new Weights(backend, layout, stateLayout));
            gradients = own(backend.allocate(bytes));
            for (int i = 0; i < optimizer.state().size(); i++) {
                state.add(own(backend.allocate(bytes)));
            }
            groupTable = own(backend.allocate(layout.size() / OptimizerStep.GROUP_ELEMENTS * backend.bytes(DType.U8)));
            control = own(new Control(backend, Trace.TOTAL_METRICS + metrics));
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

    Weights weights() {
        return weights;
    }

    /** Those that predictions and validation use: the averages where there are some. */
    Weights shown() {
        return averages == null ? weights : averages;
    }

    Groups groups() {
        return groups;
    }

    /** Follows another rule from now on; says whether averages begin. */
    boolean use(UpdateRule next) {
        if (next.equals(rule)) {
            return false;
        }
        groups = Groups.of(next, layout);
        groupTable.write(DType.U8, 0, ByteBuffer.wrap(groups.table()));
        clearGradients();
        Backend backend = device.backend();
        if (next.accumulate() > 1 && gathered == null) {
            gathered = own(backend.allocate(layout.size() * backend.bytes(DType.F32)));
        }
        boolean averaged = next.averaging() != UpdateRule.Averaging.NONE;
        boolean begins = averaged && averages == null;
        if (begins) {
            averages = own(new Weights(backend, layout, stateLayout));
            averages.copyFrom(weights);
        } else if (!averaged && averages != null) {
            owned.remove(averages);
            averages.close();
            averages = null;
        }
        closeExecutables(); // evaluation reads other weights now
        rule = next;
        return begins;
    }

    /** Nobody writes frozen parameters' gradients, but the norm of all is over them too. */
    void clearGradients() {
        float[] zeros = new float[Math.toIntExact(layout.size())];
        gradients.write(0, zeros, 0, zeros.length);
    }

    /** Takes over the model's weights where they have changed; says whether they had. */
    boolean follow(Model model) {
        long version = model.version();
        if (version == seen) {
            return false;
        }
        model.readWeights(weights);
        if (averages != null) {
            averages.copyFrom(weights);
        }
        seen = version;
        return true;
    }

    /** Gives the model the weights that predictions are to see. */
    void publish(Model model) {
        if (averages != null) {
            averages.of(Variable.Kind.MODEL_STATE).copyFrom(weights.of(Variable.Kind.MODEL_STATE));
        }
        model.publish(shown());
        seen = model.version();
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

    /** The executable of a request; the least recently used makes room. */
    Executable executable(Request request) {
        Executable executable = executables.get(request);
        if (executable == null) {
            Program program = Passes.compile(request, device.backend().abilities(device.threads()));
            layout.expectSame(program.layout());
            stateLayout.expectSame(program.stateLayout());
            Weights source = request.update() == null ? shown() : weights;
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
        return new Executable(
                Passes.inspected(request), device.backend(), device.threads(), arena, v -> memory(v, shown()));
    }

    private Memory memory(Variable variable, Weights source) {
        return switch (variable.kind()) {
            case PARAMETERS, MODEL_STATE -> source.of(variable.kind());
            case GATHERED -> gathered;
            case AVERAGE -> averages.of(Variable.Kind.PARAMETERS);
            case GRADIENTS -> gradients;
            case STATE -> state.get(variable.index());
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
