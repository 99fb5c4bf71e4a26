package schuss.train;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final Memory groups;
    private final Control control;
    private final Arena arena;
    private final Map<Request, Executable> executables = new LinkedHashMap<>(16, 0.75f, true);
    private Batch batch;

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
            byte[] groupBytes = layout.groups();
            groups = own(backend.allocate((long) groupBytes.length * backend.bytes(DType.U8)));
            groups.write(DType.U8, 0, ByteBuffer.wrap(groupBytes));
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
            executables.values().forEach(Executable::close); // they hold the old addresses
            executables.clear();
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
            executable = new Executable(program, device.backend(), device.threads(), arena, this::memory);
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
        return new Executable(Passes.inspected(request), device.backend(), device.threads(), arena, this::memory);
    }

    private Memory memory(Variable variable) {
        return switch (variable.kind()) {
            case PARAMETERS, MODEL_STATE -> weights.of(variable.kind());
            case GRADIENTS -> gradients;
            case STATE -> state.get(variable.index());
            case GROUPS -> groups;
            case INPUT -> batch.input();
            case TARGET -> batch.target();
            case EXAMPLE_WEIGHTS -> batch.weights();
            case COEFFICIENTS, RANDOM, FLAG, TOTALS -> control.memory(variable.kind());
        };
    }

    /** One gradient as the last step left it. */
    float[] gradient(String path) {
        Layout.Entry entry = layout.entry(path);
        float[] values = new float[Math.toIntExact(entry.parameter().shape().size())];
        gradients.read(entry.offset(), values, 0, values.length);
        return values;
    }

    @Override
    public void close() {
        executables.values().forEach(Executable::close);
        executables.clear();
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
