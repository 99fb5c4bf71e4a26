package schuss.train;

import java.util.Map;
import java.util.stream.IntStream;
import schuss.Device;
import schuss.Model;
import schuss.backend.Memory;
import schuss.backend.Weights;
import schuss.ir.Layout;
import schuss.trace.Declarations;

/** A model's parameters and states at one moment, as numbers of the host. */
public final class Snapshot {
    private final float[] parameters;
    private final float[] states;

    private Snapshot(float[] parameters, float[] states) {
        this.parameters = parameters;
        this.states = states;
    }

    /** What predictions of this model see now. */
    public static Snapshot of(Model model) {
        return model.device().call(() -> {
            model.checkOpen();
            try (Weights copy = room(model)) {
                model.readWeights(copy);
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
            model.checkOpen();
            try (Weights copy = room(model)) {
                copy.parameters().write(0, parameters, 0, parameters.length);
                copy.states().write(0, states, 0, states.length);
                model.publish(copy);
                return null;
            }
        });
    }

    /** Another model of the same network with the same numbers, on this device; whoever asks closes it. */
    static Model copy(Model model, Device device) {
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

    /** As arrays of doubles, which hold singles exactly; what is empty is left out. */
    void write(String parametersName, String statesName, Map<String, double[]> numbers) {
        put(parametersName, parameters, numbers);
        put(statesName, states, numbers);
    }

    private static void put(String name, float[] values, Map<String, double[]> numbers) {
        if (values.length > 0) {
            numbers.put(
                    name,
                    IntStream.range(0, values.length)
                            .mapToDouble(i -> values[i])
                            .toArray());
        }
    }

    /** What {@link #write} wrote. */
    static Snapshot read(String parametersName, String statesName, Map<String, double[]> numbers) {
        return new Snapshot(get(parametersName, numbers), get(statesName, numbers));
    }

    private static float[] get(String name, Map<String, double[]> numbers) {
        double[] values = numbers.getOrDefault(name, new double[0]);
        float[] singles = new float[values.length];
        for (int i = 0; i < singles.length; i++) {
            singles[i] = (float) values[i];
        }
        return singles;
    }

    private static Weights room(Model model) {
        return new Weights(model.device().backend(), model.declarations());
    }

    private static float[] read(Memory memory, Layout layout) {
        float[] values = new float[Math.toIntExact(layout.size())];
        memory.read(0, values, 0, values.length);
        return values;
    }
}
