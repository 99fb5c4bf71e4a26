package schuss.train.loop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.backend.Backend;
import schuss.backend.Memory;
import schuss.backend.runtime.ModelMemory;
import schuss.backend.runtime.Weights;
import schuss.internal.Inside;
import schuss.ir.Layout;
import schuss.optim.Optimizer;
import schuss.schedules.ReduceOnPlateau;
import schuss.trace.Declarations;
import schuss.train.Epoch;

/**
 * Where training stands between two updates: with equal settings and data, two trainers of equal states go on alike. On the
 * device these are the weights, their averages and what the optimiser remembers; on the host, how far training is.
 */
public final class TrainingState implements AutoCloseable {
    /** Batches trained on, over all epochs; those of an update that was cut off count. */
    public long batches;

    /** Updates made, over all epochs. */
    public long updates;

    /** The number of updates at the end of this fit, for schedules over the whole training. */
    long totalUpdates;

    /** The number of updates before the first one that averages are over. */
    long averagedFrom;

    /** Epochs trained to their end. */
    int epochs;

    /** How many there are to be at the end of this fit. */
    int lastEpoch;

    /** What those of this fit that are done came to. */
    public final List<Epoch> finished = new ArrayList<>();

    /** What lowering the rate on plateaus has come to. */
    public ReduceOnPlateau.State plateau = ReduceOnPlateau.State.START;

    /** All of what lies on the host, at one time; named as the fields are. */
    public record Counts(
            long batches,
            long updates,
            long totalUpdates,
            long averagedFrom,
            int epochs,
            int lastEpoch,
            ReduceOnPlateau.State plateau,
            List<Epoch> finished) {
        public Counts {
            finished = List.copyOf(finished);
        }
    }

    // not the model: the state belongs to it, and one that is forgotten must not be held by what it owns
    private final Device device;
    private final Declarations declarations;
    private final Map<String, Memory> optimizer = new LinkedHashMap<>();
    private Weights weights;
    private Weights averages; // where the rule wants them
    private long seen = -1; // the model's version that the weights are of
    private boolean known; // in which rows the weights differ from that version
    private final Memory changedRows; // marks of these

    TrainingState(Model model, Optimizer rule) {
        device = model.device();
        declarations = model.declarations();
        Backend backend = Inside.of(device, Backend.class);
        changedRows = backend.allocate(declarations.rows().size() * backend.bytes(DType.F32));
        try {
            weights = new Weights(backend, declarations);
            for (String name : rule.state()) {
                optimizer.put(name, backend.allocate(declarations.layout().size() * backend.bytes(DType.F32)));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    public Counts counts() {
        return new Counts(batches, updates, totalUpdates, averagedFrom, epochs, lastEpoch, plateau, finished);
    }

    /** Goes on from there; the weights come from elsewhere too. */
    public void restore(Counts counts) {
        known = false;
        batches = counts.batches();
        updates = counts.updates();
        totalUpdates = counts.totalUpdates();
        averagedFrom = counts.averagedFrom();
        epochs = counts.epochs();
        lastEpoch = counts.lastEpoch();
        plateau = counts.plateau();
        finished.clear();
        finished.addAll(counts.finished());
    }

    public Weights weights() {
        return weights;
    }

    /** Those that predictions and validation use: the averages where there are some. */
    public Weights shown() {
        return averages == null ? weights : averages;
    }

    /** The optimiser's numbers for every parameter, by name in its order. */
    public Map<String, Memory> optimizer() {
        return optimizer;
    }

    /** Takes over the model's weights where they have changed; averages begin anew from them. */
    void follow(Model model) {
        long version = Inside.of(model, ModelMemory.class).version();
        if (version == seen) {
            return;
        }
        Inside.of(model, ModelMemory.class).read(weights);
        if (averages != null) {
            averages.copyFrom(weights);
        }
        averagedFrom = updates;
        seen = version;
        none(changedRows, declarations.rows());
        known = true;
    }

    /** A mark for each row of each table that updates have changed. */
    Memory changedRows() {
        return changedRows;
    }

    private static void none(Memory memory, Layout layout) {
        float[] zeros = new float[Math.toIntExact(layout.size())];
        memory.write(0, zeros, 0, zeros.length);
    }

    /** Has training go on from the model's weights, with an optimiser that remembers nothing. */
    void forget() {
        optimizer.values().forEach(memory -> none(memory, declarations.layout()));
        seen = -1;
    }

    /**
     * Gives the model the weights that predictions are to see.
     *
     * @param changes copies those parameters that have changed to the given memory
     */
    void publish(Model model, Consumer<Memory> changes) {
        if (averages != null) {
            averages.states().copyFrom(weights.states());
            Inside.of(model, ModelMemory.class).publish(averages);
            known = false; // what the model has are not the weights
        } else if (known
                && seen == Inside.of(model, ModelMemory.class).version()
                && !declarations.tables().isEmpty()) {
            Inside.of(model, ModelMemory.class).change(own -> {
                own.states().copyFrom(weights.states());
                changes.accept(own.parameters());
            });
        } else {
            Inside.of(model, ModelMemory.class).publish(weights);
            none(changedRows, declarations.rows());
            known = true;
        }
        seen = Inside.of(model, ModelMemory.class).version();
    }

    /** Keeps averages from now on, or none. */
    void average(boolean wanted) {
        if (wanted && averages == null) {
            averages = new Weights(Inside.of(device, Backend.class), declarations);
            averages.copyFrom(weights);
            averagedFrom = updates;
        } else if (!wanted && averages != null) {
            averages.close();
            averages = null;
        }
    }

    @Override
    public void close() {
        optimizer.values().forEach(Memory::close);
        changedRows.close();
        if (averages != null) {
            averages.close();
        }
        if (weights != null) {
            weights.close();
        }
    }
}
