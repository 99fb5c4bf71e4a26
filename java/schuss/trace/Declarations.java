package schuss.trace;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import schuss.DType;
import schuss.Shape;
import schuss.ir.Layout;
import schuss.ir.Place;
import schuss.ir.Program;
import schuss.ir.Slot;
import schuss.layers.Parameter;

/**
 * The parameters and states that the layers of a network declared while it was traced, by path and in that order, and
 * their positions in memory. Parameters are trained; states, such as the running means of batch normalisation, are not.
 */
public final class Declarations {
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, Parameter> states = new LinkedHashMap<>();
    private final Layout layout;
    private final Layout stateLayout;

    Declarations(Map<String, Parameter> parameters, Map<String, Parameter> states) {
        this.parameters.putAll(parameters);
        this.states.putAll(states);
        layout = Layout.of(shapes(this.parameters), tables());
        stateLayout = Layout.of(shapes(this.states));
    }

    private static Map<String, Shape> shapes(Map<String, Parameter> declared) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        declared.forEach((path, parameter) -> shapes.put(path, parameter.shape()));
        return shapes;
    }

    /** {@return the trained parameters} */
    public List<Parameter> parameters() {
        return List.copyOf(parameters.values());
    }

    /** {@return the numbers that are saved with the parameters but not trained, such as running means} */
    public List<Parameter> states() {
        return List.copyOf(states.values());
    }

    /**
     * {@return the paths of the parameters that are used only by looking up rows, such as embeddings} Updates change
     * only the rows that a batch has used.
     */
    public Set<String> tables() {
        Set<String> tables = new LinkedHashSet<>();
        parameters.values().stream()
                .filter(parameter -> parameter.role() == Parameter.Role.TABLE)
                .forEach(parameter -> tables.add(parameter.path()));
        return tables;
    }

    /** {@return a layout with one number for each row of each of the {@link #tables}} */
    public Layout rows() {
        Map<String, Shape> rows = new LinkedHashMap<>();
        tables().forEach(path -> rows.put(path, Shape.of(get(path).shape().dim(0))));
        return Layout.of(rows);
    }

    /**
     * A parameter or state.
     *
     * @param path its path
     * @return null if there is none
     */
    public Parameter get(String path) {
        Parameter parameter = parameters.get(path);
        return parameter == null ? states.get(path) : parameter;
    }

    /** {@return the positions of the parameters; the {@link #tables} come last} */
    public Layout layout() {
        return layout;
    }

    /** {@return the positions of the states} */
    public Layout stateLayout() {
        return stateLayout;
    }

    /**
     * Checks that another trace of the same network declared the same parameters and states.
     *
     * @param other the declarations of that trace
     * @throws IllegalArgumentException if not; the message names both
     */
    public void expectSame(Declarations other) {
        expectSame(layout, other.layout);
        expectSame(stateLayout, other.stateLayout);
    }

    /**
     * Moves the tensors of a program's slots {@code parameters} and {@code states} to the positions they have here,
     * whichever of them the program uses and in whatever order.
     *
     * @param program the program to change
     * @return the changed program
     * @throws IllegalArgumentException if it uses a tensor that is not declared here, or one of another shape
     */
    public Program placed(Program program) {
        Map<String, Slot> slots = new LinkedHashMap<>(program.slots());
        place(program, slots, Slots.PARAMETERS, layout);
        place(program, slots, Slots.STATES, stateLayout);
        return program.withSlots(slots);
    }

    private static void place(Program program, Map<String, Slot> slots, String name, Layout layout) {
        Slot slot = slots.get(name);
        if (slot == null || slot.layout().equals(layout)) {
            return;
        }
        boolean known = slot.dtype() == DType.F32 && !program.places().containsValue(Place.whole(name));
        for (Layout.Entry entry : slot.layout().entries().values()) {
            Layout.Entry own = layout.entries().get(entry.name());
            known &= own != null && own.shape().equals(entry.shape());
        }
        if (!known) {
            throw new IllegalArgumentException("slot \"" + name + "\": expected tensors of type F32 among the model's "
                    + layout + ", got " + slot.dtype() + " " + slot.layout());
        }
        slots.put(name, new Slot(name, slot.dtype(), layout, slot.weights()));
    }

    private static void expectSame(Layout first, Layout second) {
        if (!first.equals(second)) {
            throw new IllegalArgumentException("network: expected the parameters that it had when the model was made, "
                    + first + ", got " + second);
        }
    }
}
