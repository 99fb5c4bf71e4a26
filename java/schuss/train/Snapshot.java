package schuss.train;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.backend.Backend;
import schuss.backend.Memory;
import schuss.backend.runtime.ModelMemory;
import schuss.backend.runtime.Weights;
import schuss.internal.Inside;
import schuss.io.Safetensors;
import schuss.ir.Layout;
import schuss.trace.Declarations;

/** A model's parameters and states at one moment, as numbers of the host. */
public final class Snapshot {
    private static final String PARAMETERS = "parameters";
    private static final String STATES = "states";

    /** Of what {@link #write} adds. */
    public static final List<String> NAMES = List.of(PARAMETERS, STATES);

    private final float[] parameters;
    private final float[] states;

    private Snapshot(float[] parameters, float[] states) {
        this.parameters = parameters;
        this.states = states;
    }

    /** What predictions of this model see now. */
    public static Snapshot of(Model model) {
        return model.device().call(() -> {
            Inside.of(model, ModelMemory.class).checkOpen();
            try (Weights copy = room(model)) {
                Inside.of(model, ModelMemory.class).read(copy);
                return new Snapshot(
                        read(copy.parameters(), model.declarations().layout()),
                        read(copy.states(), model.declarations().stateLayout()));
            }
        });
    }

    /**
     * Gives them to a model of the same network, all at once.
     *
     * @throws IllegalArgumentException if its parameters take another number of elements
     */
    public void restore(Model model) {
        Declarations declared = model.declarations();
        if (declared.layout().size() != parameters.length
                || declared.stateLayout().size() != states.length) {
            throw new IllegalArgumentException("snapshot: expected a model of the network that it is of, with "
                    + parameters.length + " elements, got one with "
                    + declared.layout().size());
        }
        model.device().call(() -> {
            Inside.of(model, ModelMemory.class).checkOpen();
            try (Weights copy = room(model)) {
                copy.parameters().write(0, parameters, 0, parameters.length);
                copy.states().write(0, states, 0, states.length);
                Inside.of(model, ModelMemory.class).publish(copy);
                return null;
            }
        });
    }

    /** Another model of the same network with the same numbers, on this device; whoever asks closes it. */
    public static Model copy(Model model, Device device) {
        Snapshot snapshot = of(model);
        Model copy = Model.create(model.network(), model.inputs(), device, 0);
        try {
            snapshot.restore(copy);
            return copy;
        } catch (RuntimeException e) {
            copy.close();
            throw e;
        }
    }

    /** Adds the numbers to a file's; what is empty is left out. */
    public void write(String prefix, Map<String, Safetensors.Entry> numbers) {
        put(prefix + PARAMETERS, parameters, numbers);
        put(prefix + STATES, states, numbers);
    }

    private static void put(String name, float[] values, Map<String, Safetensors.Entry> numbers) {
        if (values.length > 0) {
            numbers.put(name, Safetensors.Entry.of(Shape.of(values.length), values));
        }
    }

    /**
     * What {@link #write} wrote of a model of the same network.
     *
     * @throws IllegalArgumentException if it is of another
     */
    static Snapshot read(Map<String, Safetensors.Entry> numbers, Model model) throws IOException {
        Declarations declared = model.declarations();
        return new Snapshot(get(PARAMETERS, numbers, declared.layout()), get(STATES, numbers, declared.stateLayout()));
    }

    private static float[] get(String name, Map<String, Safetensors.Entry> numbers, Layout layout) throws IOException {
        Safetensors.Entry entry = numbers.get(name);
        long size = entry == null ? 0 : entry.shape().size();
        boolean known = entry == null || entry.dtype() == DType.F32 || entry.dtype() == DType.F64;
        if (size != layout.size() || !known) {
            throw new IllegalArgumentException("snapshot: expected " + layout.size() + " " + name + " as F32, got "
                    + (entry == null ? "none" : entry.dtype().toString() + entry.shape()));
        }
        float[] values = new float[Math.toIntExact(size)];
        if (entry != null) {
            boolean single = entry.dtype() == DType.F32; // one that is not finite makes doubles of all
            entry.forEach((index, part) -> {
                int count = part.remaining() / entry.dtype().bytes();
                for (int i = 0; i < count; i++) {
                    values[(int) index + i] =
                            single ? part.getFloat(i * Float.BYTES) : (float) part.getDouble(i * Double.BYTES);
                }
            });
        }
        return values;
    }

    private static Weights room(Model model) {
        return new Weights(Inside.of(model.device(), Backend.class), model.declarations());
    }

    private static float[] read(Memory memory, Layout layout) {
        float[] values = new float[Math.toIntExact(layout.size())];
        memory.read(0, values, 0, values.length);
        return values;
    }
}
