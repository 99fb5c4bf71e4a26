package schuss.train.loop;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.Session;
import schuss.Sessions;
import schuss.Shape;
import schuss.backend.Backend;
import schuss.backend.Memory;
import schuss.backend.Storage;
import schuss.backend.runtime.InputBuffers;
import schuss.backend.runtime.Weights;
import schuss.internal.Inside;
import schuss.ir.Layout;
import schuss.ir.Program;
import schuss.optim.Optimizer;
import schuss.optim.UpdateRule;
import schuss.trace.BatchSpec;
import schuss.trace.Declarations;
import schuss.trace.Goal;
import schuss.trace.Groups;
import schuss.trace.Programs;
import schuss.trace.Slots;
import schuss.trace.Trace;
import schuss.train.NotFiniteException;

/**
 * A trainer's memory: the state of training, gradients, control, and the sessions that use them. It belongs
 * to the model and closes with it.
 */
public final class Workspace implements AutoCloseable {
    private static final int MOST_SESSIONS = 16;
    private static final int MOST_BATCHES = 4;

    private static final String PUBLISHING = "what shows predictions the changes";

    /** What becomes of weights that are not finite. */
    static final String KEPT = "the model keeps the weights that predictions saw last";

    // not the model: the workspace belongs to it, and one that is forgotten must not be held by what it owns
    private final Device device;
    private final Declarations declarations;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final TrainingState state;
    private final Memory gradients;
    private final Memory groupTable;
    private final Control control;
    private final Sessions sessions;
    private final Map<BatchSpec, Batch> batches = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<BatchSpec, Batch> eldest) {
            return size() > MOST_BATCHES;
        }
    };
    private UpdateRule rule;
    private long moves; // of slots
    private Groups groups;
    private Memory accumulated; // gradients of several batches, where the rule wants that
    private Memory usedRows; // likewise
    private Memory published; // where a model's parameters lie, while they are replaced
    private final Map<String, RowGradient> rowGradients = new HashMap<>(); // of tables, of an epoch's last batch
    private volatile boolean inEpoch;
    private boolean closed;

    public Workspace(Model model, Optimizer optimizer, Goal goal) {
        this.device = model.device();
        this.declarations = model.declarations();
        Layout layout = declarations.layout();
        Backend backend = Inside.of(device, Backend.class);
        try {
            state = own(new TrainingState(model, optimizer));
            gradients = own(backend.allocate(layout.size() * backend.bytes(DType.F32)));
            groupTable = own(backend.allocate(layout.size() / Layout.ALIGNMENT * backend.bytes(DType.U8)));
            control = own(new Control(backend, goal, model.outputs()));
            sessions = own(new Sessions(device, device.threads(), MOST_SESSIONS));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T own(T closeable) {
        owned.push(closeable);
        return closeable;
    }

    public TrainingState state() {
        return state;
    }

    /** Whether an epoch of a fit is under way: weights and totals are being made, and nothing else may use them. */
    boolean inEpoch() {
        return inEpoch;
    }

    void setInEpoch(boolean value) {
        inEpoch = value;
    }

    public Groups groups() {
        return groups;
    }

    private void expectOpen() {
        if (closed) {
            throw new IllegalStateException("Trainer: expected it open, got it closed");
        }
    }

    /** Takes over the model's weights and the rule, where they have changed. */
    public void follow(Model model, UpdateRule next) {
        expectOpen();
        state.follow(model);
        if (next.equals(rule)) {
            return;
        }
        groups = Groups.of(next, declarations);
        groupTable.write(DType.U8, 0, ByteBuffer.wrap(groups.table()));
        clearGradients();
        Backend backend = Inside.of(device, Backend.class);
        if (next.accumulate() > 1 && accumulated == null) {
            accumulated = own(backend.allocate(declarations.layout().size() * backend.bytes(DType.F32)));
            usedRows = own(backend.allocate(declarations.rows().size() * backend.bytes(DType.F32)));
        }
        state.average(next.averaging() != UpdateRule.Averaging.NONE);
        sessions.moveSlots(); // evaluation may read other weights now
        moves++;
        rule = next;
    }

    /** Nobody writes frozen parameters' gradients, but the norm of all is over them too. */
    void clearGradients() {
        float[] zeros = new float[Math.toIntExact(declarations.layout().size())];
        gradients.write(0, zeros, 0, zeros.length);
    }

    public Control control() {
        return control;
    }

    /** What carries batches of some data to the device; of the last kinds of data that were asked for each keeps its own. */
    public Batch batch(BatchSpec spec) {
        return batches.computeIfAbsent(spec, s -> new Batch(Inside.of(sessions, InputBuffers.class), s));
    }

    /** The sum of the gradients of several batches; null where the rule wants none. */
    public Memory accumulated() {
        return rule.accumulate() > 1 ? accumulated : null;
    }

    /** A mark for each row that an update of several batches has used so far; null where the rule wants none. */
    public Memory usedRows() {
        return rule.accumulate() > 1 ? usedRows : null;
    }

    /** The session of a job, compiled where there is none. */
    public Session session(Job job) {
        boolean trains = job.key().kind() == Job.Kind.TRAINING;
        if (job.key().kind() == Job.Kind.GRADIENTS) {
            rowGradients.clear(); // it computes those of tables as wholes
        }
        return sessions.get(
                job.key(),
                () -> expectSame(job.maker().get()),
                name -> slot(name, trains ? state.weights() : state.shown()));
    }

    /** A session of a program as it was traced, all of whose values are there to be read; whoever asks closes it. */
    public Session asTraced(Trace trace) {
        return sessions.asTraced(expectSame(trace), name -> slot(name, state.shown()));
    }

    /** The memory of training's slots, for a session with arena and inputs of its own. */
    Storage slots() {
        return Storage.slots(name -> slot(name, state.weights()), () -> moves);
    }

    /** Fails where another trace of the network found other parameters than the model's. */
    private Program expectSame(Trace trace) {
        declarations.expectSame(trace.declarations());
        return trace.program();
    }

    private Memory slot(String name, Weights source) {
        expectOpen();
        return switch (name) {
            case Slots.PARAMETERS, Slots.STATES -> source.slot(name);
            case Slots.ACCUMULATED -> accumulated;
            case Slots.USED_ROWS -> usedRows;
            case Slots.CHANGED_ROWS -> state.changedRows();
            case Slots.PUBLISHED -> published;
            case Slots.AVERAGE -> state.shown().parameters();
            case Slots.GRADIENTS -> gradients;
            case Slots.GROUPS -> groupTable;
            default -> Slots.isOptimizer(name) ? state.optimizer().get(Slots.optimizerState(name)) : control.slot(name);
        };
    }

    /**
     * Has predictions see what updates have made.
     *
     * @param when they were made, for messages: "in epoch 3"
     * @throws NotFiniteException where some of it is not finite; the model keeps what it has, and the next fit begins with
     *     that and with an optimiser that remembers nothing
     */
    public void publish(Model model, String when) {
        expectFinite(when);
        publish(model);
    }

    /** {@link #publish(Model, String)} of what is known to be finite. */
    public void publish(Model model) {
        state.publish(model, parameters -> {
            published = parameters;
            sessions.get(PUBLISHING, () -> Programs.published(declarations), name -> slot(name, state.weights()))
                    .run();
        });
    }

    /** {@link #publish} without publishing. */
    public void expectFinite(String when) {
        String wrong = notFinite();
        if (wrong != null) {
            state.forget();
            throw new NotFiniteException("training stopped " + when + ": expected finite numbers, got " + wrong
                    + ", as an update has made it: a smaller learning rate may help; " + KEPT);
        }
    }

    /** What updates have made that is not finite, in words; null where all is. Lowers the flag. */
    String notFinite() {
        record Updated(UpdateRule rule) {
            @Override
            public String toString() {
                return "the check of what updates make";
            }
        }

        control.lower();
        sessions.get(new Updated(rule), () -> Programs.updated(declarations, rule), name -> slot(name, state.weights()))
                .run();
        if (!control.flagged()) {
            return null;
        }
        Map<String, Memory> memories = new LinkedHashMap<>();
        memories.put("the parameter", state.weights().parameters());
        state.optimizer().forEach((name, memory) -> memories.put("the optimiser's " + name + " of", memory));
        memories.put("the average of", state.shown().parameters());
        for (Map.Entry<String, Memory> memory : memories.entrySet()) {
            String found = Diagnosis.notFinite(memory.getValue(), declarations.layout());
            if (found != null) {
                return found.replaceFirst(" ", " in " + memory.getKey() + " ");
            }
        }
        return "one in what lies between parameters";
    }

    /**
     * Keeps the gradients of tables for {@link #gradient}: they are rows, in memory that others use next.
     *
     * @param session that has just run
     */
    void keepRowGradients(Session session) {
        rowGradients.clear();
        for (String path : declarations.tables()) {
            String rows = Programs.rowsOf(path);
            if (session.program().outputs().containsKey(rows)) {
                int[] at = session.get(rows).ints();
                rowGradients.put(path, new RowGradient(at, session.floats(Programs.gradientOf(rows))));
            }
        }
    }

    /**
     * A table's gradient.
     *
     * @param at the rows, -1 where there is none
     * @param values one row after the other
     */
    private record RowGradient(int[] at, float[] values) {
        float[] whole(Shape table) {
            float[] gradient = new float[Math.toIntExact(table.size())];
            int size = values.length / at.length;
            for (int i = 0; i < at.length; i++) {
                if (at[i] >= 0) {
                    System.arraycopy(values, i * size, gradient, at[i] * size, size);
                }
            }
            return gradient;
        }
    }

    /** One gradient as the last update of an epoch left it, or the last step that computed gradients and nothing else. */
    public float[] gradient(String path) {
        if (rowGradients.containsKey(path)) {
            return rowGradients.get(path).whole(declarations.get(path).shape());
        }
        Layout.Entry entry = declarations.layout().entry(path);
        float[] values = new float[Math.toIntExact(entry.shape().size())];
        gradients.read(entry.offset(), values, 0, values.length);
        return values;
    }

    @Override
    public void close() {
        closed = true;
        moves++; // sessions look their memory up again, and find it gone
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
