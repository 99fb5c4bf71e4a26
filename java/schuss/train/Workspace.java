package schuss.train;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.backend.Arena;
import schuss.backend.Backend;
import schuss.backend.Executable;
import schuss.backend.Memory;
import schuss.backend.Storage;
import schuss.backend.Weights;
import schuss.data.Dataset;
import schuss.ir.Layout;
import schuss.ir.Program;
import schuss.optim.Optimizer;
import schuss.optim.UpdateRule;
import schuss.passes.Passes;
import schuss.trace.Declarations;
import schuss.trace.Goal;
import schuss.trace.Groups;
import schuss.trace.Slots;
import schuss.trace.Trace;

/**
 * A trainer's memory: the state of training, gradients, control, one arena, and the executables that use them. It belongs
 * to the model and closes with it.
 */
final class Workspace implements AutoCloseable {
    private static final int MOST_EXECUTABLES = 8;

    // not the model: the workspace belongs to it, and one that is forgotten must not be held by what it owns
    private final Device device;
    private final Declarations declarations;
    private final String inputName;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final TrainingState state;
    private final Memory gradients;
    private final Memory groupTable;
    private final Control control;
    private final Arena arena;
    private final Map<Job.Key, Executable> executables = new LinkedHashMap<>(16, 0.75f, true);
    private Batch batch;
    private UpdateRule rule;
    private Groups groups;
    private Memory accumulated; // gradients of several batches, where the rule wants that

    Workspace(Model model, Optimizer optimizer, Goal goal) {
        this.device = model.device();
        this.declarations = model.declarations();
        this.inputName = model.input().name();
        Layout layout = declarations.layout();
        Backend backend = device.backend();
        try {
            state = own(new TrainingState(model, optimizer));
            gradients = own(backend.allocate(layout.size() * backend.bytes(DType.F32)));
            groupTable = own(backend.allocate(layout.size() / Layout.ALIGNMENT * backend.bytes(DType.U8)));
            control = own(new Control(backend, goal));
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
        groups = Groups.of(next, declarations);
        groupTable.write(DType.U8, 0, ByteBuffer.wrap(groups.table()));
        clearGradients();
        Backend backend = device.backend();
        if (next.accumulate() > 1 && accumulated == null) {
            accumulated = own(backend.allocate(declarations.layout().size() * backend.bytes(DType.F32)));
        }
        closeExecutables(); // evaluation may read other weights now
        state.average(next.averaging() != UpdateRule.Averaging.NONE);
        rule = next;
    }

    /** Nobody writes frozen parameters' gradients, but the norm of all is over them too. */
    void clearGradients() {
        float[] zeros = new float[Math.toIntExact(declarations.layout().size())];
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
    Memory accumulated() {
        return rule.accumulate() > 1 ? accumulated : null;
    }

    /** The executable of a job; the least recently used makes room. */
    Executable executable(Job job) {
        Executable executable = executables.get(job.key());
        if (executable == null) {
            Program program = Passes.optimize(
                    expectSame(job.maker().get()), device.backend().abilities(device.threads()));
            boolean trains = job.key().kind() == Job.Kind.TRAINING;
            executable = new Executable(
                    program,
                    device.backend(),
                    device.threads(),
                    arena,
                    storage(trains ? state.weights() : state.shown()));
            executables.put(job.key(), executable);
            if (executables.size() > MOST_EXECUTABLES) {
                Job.Key oldest = executables.keySet().iterator().next();
                executables.remove(oldest).close();
            }
        }
        return executable;
    }

    /** An executable of a program as it was traced, all of whose values are there to be read; whoever asks closes it. */
    Executable unfused(Trace trace) {
        return new Executable(expectSame(trace), device.backend(), device.threads(), arena, storage(state.shown()));
    }

    /** Fails where another trace of the network found other parameters than the model's. */
    private Program expectSame(Trace trace) {
        declarations.expectSame(trace.declarations());
        return trace.program();
    }

    private Storage storage(Weights source) {
        return new Storage() {
            @Override
            public Memory input(String name) {
                return name.equals(inputName)
                        ? batch.input()
                        : name.equals(Trace.EXAMPLE_WEIGHTS) ? batch.weights() : batch.target();
            }

            @Override
            public Memory slot(String name) {
                return Workspace.this.slot(name, source);
            }
        };
    }

    private Memory slot(String name, Weights source) {
        return switch (name) {
            case Slots.PARAMETERS, Slots.STATES -> source.slot(name);
            case Slots.ACCUMULATED -> accumulated;
            case Slots.AVERAGE -> state.shown().parameters();
            case Slots.GRADIENTS -> gradients;
            case Slots.GROUPS -> groupTable;
            default -> Slots.isOptimizer(name) ? state.optimizer().get(Slots.optimizerState(name)) : control.slot(name);
        };
    }

    /** One gradient as the last step left it. */
    float[] gradient(String path) {
        Layout.Entry entry = declarations.layout().entry(path);
        float[] values = new float[Math.toIntExact(entry.shape().size())];
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
