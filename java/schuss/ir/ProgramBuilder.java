package schuss.ir;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import schuss.DType;
import schuss.Shape;
import schuss.ops.Graph;
import schuss.ops.Op;
import schuss.ops.Type;
import schuss.ops.Value;

/**
 * Writes a program, or continues an existing one. Inputs, slots, steps and outputs may be added in any order.
 *
 * <pre>{@code
 * ProgramBuilder builder = new ProgramBuilder();
 * Value x = builder.input("x", Type.f32(Shape.of(32, 10)));
 * Value w = builder.slot("parameters", DType.F32, true, "w", Shape.of(10, 3));
 * builder.output("y", x.matmul(w).softmax());
 * Program program = builder.build();
 * }</pre>
 *
 * <p>Steps are recorded at the end of the body, unless {@link #in} or {@link #first} names another {@link Section}. The
 * layout of a slot grows with each tensor that is declared, and becomes fixed when somebody asks for it or for the slot
 * as a whole.
 */
public final class ProgramBuilder implements Graph {
    private final Map<String, Value> inputs = new LinkedHashMap<>();
    private final Map<String, SlotDraft> slots = new LinkedHashMap<>();
    private final Map<Place, Value> declared = new LinkedHashMap<>(); // what steps read from slots
    private final Map<String, Value> fronts = new LinkedHashMap<>(); // of slots, where that is not all
    private final Map<Value, Place> places = new LinkedHashMap<>();
    private final Map<Section, List<Step>> steps = new EnumMap<>(Section.class);
    private final Map<String, Value> outputs = new LinkedHashMap<>();
    private final Map<Value, Value> captured = new LinkedHashMap<>(); // values from around, with the inputs they became
    private final Set<Graph> continued =
            Collections.newSetFromMap(new IdentityHashMap<>()); // whose values are ours too
    private ProgramBuilder around; // null for none
    private ProgramBuilder composing; // inside of this one, just now; null for none
    private List<Step> recording;
    private Section section = Section.BODY;
    private String path = "";
    private int values;

    /** Starts an empty program. */
    public ProgramBuilder() {
        for (Section each : Section.values()) {
            steps.put(each, new ArrayList<>());
        }
        recording = steps.get(section);
    }

    /**
     * Starts a program that may also use the values of the one around it, which become inputs, as the body of a {@link
     * Scan} does.
     */
    public static ProgramBuilder inside(ProgramBuilder outer) {
        ProgramBuilder builder = new ProgramBuilder();
        builder.around = outer;
        builder.path = null; // that of the layer which is followed around it, until one is entered
        return builder;
    }

    /** {@return a builder that continues a program; {@link #own} takes over its values} */
    public static ProgramBuilder of(Program program) {
        ProgramBuilder builder = new ProgramBuilder();
        Stream.of(
                        program.inputs().values(),
                        program.places().keySet(),
                        program.outputs().values())
                .flatMap(Collection::stream)
                .forEach(value -> builder.continued.add(value.graph()));
        for (Step step : program.steps()) {
            step.outputs().forEach(value -> builder.continued.add(value.graph()));
        }
        program.inputs().forEach((name, value) -> builder.inputs.put(name, builder.own(value)));
        program.slots().forEach((name, slot) -> builder.slots.put(name, new SlotDraft(slot)));
        program.places().forEach((value, place) -> {
            builder.places.put(builder.own(value), place);
            if (program.isAll(value, place)) {
                builder.declared.putIfAbsent(place, builder.own(value));
            }
        });
        for (Step step : program.steps()) {
            builder.steps.get(step.section()).add(step);
            step.outputs().forEach(builder::own);
        }
        program.outputs().forEach((name, value) -> builder.outputs.put(name, builder.own(value)));
        return builder;
    }

    /**
     * {@return a value of the continued program as one to compute with here}
     *
     * @throws IllegalArgumentException if it belongs to another program
     */
    public Value own(Value value) {
        if (value.graph() == this) {
            return value;
        }
        if (!continued.contains(value.graph())) {
            throw new IllegalArgumentException("program: expected a value of this one, got " + value + " of another");
        }
        values = Math.max(values, value.id() + 1);
        return new Value(this, value.id(), value.type());
    }

    /**
     * Declares an input, or finds the one of this name.
     *
     * @return the input
     * @throws IllegalArgumentException if it was declared with another type
     */
    public Value input(String name, Type type) {
        Value input = inputs.computeIfAbsent(name, n -> newValue(type));
        if (!input.type().equals(type)) {
            throw new IllegalArgumentException(
                    "input \"" + name + "\": expected " + input.type() + " as it was declared, got " + type);
        }
        return input;
    }

    /** {@return the inputs so far, by name} */
    public Map<String, Value> inputs() {
        return Collections.unmodifiableMap(inputs);
    }

    /**
     * {@return a tensor in a slot} The slot and the tensor are declared on first use.
     *
     * @param slot the name of the slot
     * @param dtype the element type of the slot, the same for all its tensors
     * @param weights see {@link Slot#weights}
     * @param entry the name of the tensor
     * @param shape the extents of the tensor
     * @throws IllegalArgumentException if the tensor was declared with another shape, or the slot with another element
     *     type
     * @throws IllegalStateException if the layout of the slot is fixed already
     */
    public Value slot(String slot, DType dtype, boolean weights, String entry, Shape shape) {
        Value value = declared.computeIfAbsent(new Place(slot, entry), place -> {
            SlotDraft draft = slots.computeIfAbsent(slot, name -> new SlotDraft(name, dtype, weights));
            if (draft.fixed != null) {
                throw new IllegalStateException("slot \"" + slot + "\": expected one of its tensors "
                        + draft.fixed.entries().keySet() + ", got \"" + entry + "\" when it was complete");
            }
            if (draft.dtype != dtype) {
                throw new IllegalArgumentException("slot \"" + slot + "\": expected tensors of type " + draft.dtype
                        + " as its others, got \"" + entry + "\" of " + dtype);
            }
            draft.entries.put(entry, shape);
            return placed(newValue(new Type(dtype, shape)), place);
        });
        return expectSame("\"" + entry + "\"", value, new Type(dtype, shape));
    }

    /**
     * {@return a slot that is a single tensor, declared on first use}
     *
     * @throws IllegalArgumentException if it was declared with another type
     */
    public Value slot(String slot, Type type) {
        Value value = declared.computeIfAbsent(Place.whole(slot), place -> {
            declare(slot, type.dtype(), Layout.single(type.shape()), false);
            return placed(newValue(type), place);
        });
        return expectSame("slot \"" + slot + "\"", value, type);
    }

    private static Value expectSame(String what, Value value, Type type) {
        boolean shapes = value.dtype() == type.dtype();
        if (!value.type().equals(type)) {
            throw new IllegalArgumentException(what + ": expected " + (shapes ? "shape " + value.shape() : value.type())
                    + " as where it was first used, got " + (shapes ? type.shape() : type));
        }
        return value;
    }

    /** {@return a slot as one vector, padding included} This fixes its layout. */
    public Value whole(String slot) {
        Place place = Place.whole(slot);
        return declared.computeIfAbsent(place, p -> {
            SlotDraft draft = draft(slot);
            draft.fixed = draft.slot().layout();
            return placed(newValue(new Type(draft.dtype, draft.fixed.flat())), p);
        });
    }

    /**
     * {@return the tensors of a slot before those that come last, as one vector} This fixes its layout; see {@link
     * #behind}.
     */
    public Value front(String slot) {
        Layout layout = layout(slot);
        if (layout.front() == layout.size()) {
            return whole(slot);
        }
        Shape shape = Shape.of(Math.toIntExact(layout.front()));
        return fronts.computeIfAbsent(
                slot, name -> placed(newValue(new Type(draft(name).dtype, shape)), Place.whole(name)));
    }

    /** {@return one tensor of a declared slot} This fixes the slot's layout. */
    public Value tensor(String slot, String entry) {
        Layout layout = layout(slot);
        return declared.computeIfAbsent(
                new Place(slot, entry),
                place -> placed(
                        newValue(new Type(draft(slot).dtype, layout.entry(entry).shape())), place));
    }

    /**
     * Moves some tensors of a slot after all others.
     *
     * @throws IllegalStateException if the layout of the slot is fixed already
     */
    public void behind(String slot, Collection<String> names) {
        SlotDraft draft = names.isEmpty() ? null : draft(slot);
        if (draft != null && draft.fixed != null) {
            throw new IllegalStateException("slot \"" + slot + "\": expected a layout that may still change");
        }
        if (draft != null) {
            draft.behind.addAll(names);
        }
    }

    /**
     * Declares a slot with a given layout, such as gradients laid out like the parameters. Does nothing if the slot
     * exists.
     */
    public void declare(String slot, DType dtype, Layout layout, boolean weights) {
        slots.computeIfAbsent(slot, name -> new SlotDraft(new Slot(name, dtype, layout, weights)));
    }

    /** {@return the layout of a slot} This fixes it. */
    public Layout layout(String slot) {
        SlotDraft draft = draft(slot);
        draft.fixed = draft.slot().layout();
        return draft.fixed;
    }

    private SlotDraft draft(String slot) {
        SlotDraft draft = slots.get(slot);
        if (draft == null) {
            throw new IllegalArgumentException("slot: expected one of " + slots.keySet() + ", got \"" + slot + "\"");
        }
        return draft;
    }

    /** {@return a tensor of a slot if it was declared, else null} */
    public Value known(String slot, String entry) {
        return declared.get(new Place(slot, entry));
    }

    /** {@return the place in a slot where a value is stored; null if it lives in the arena} */
    public Place placeOf(Value value) {
        return places.get(value);
    }

    /** Stores the result of a step in a slot. */
    public void place(Value value, Place place) {
        places.put(own(value), place);
    }

    private Value placed(Value value, Place place) {
        places.put(value, place);
        return value;
    }

    /** Names a value that the caller may read after a run. */
    public void output(String name, Value value) {
        outputs.put(
                name,
                adopt(Objects.requireNonNull(value, () -> "output \"" + name + "\": expected a value, got null")));
    }

    /** {@return the outputs so far, by name} */
    public Map<String, Value> outputs() {
        return Collections.unmodifiableMap(outputs);
    }

    /** Sets the path of the layer that the steps recorded from now on belong to. */
    public void enter(String entered) {
        path = entered;
    }

    /** {@return the steps recorded so far in one section} */
    public List<Step> steps(Section of) {
        return Collections.unmodifiableList(steps.get(of));
    }

    /** Records steps at the end of a section. */
    public void in(Section into, Runnable body) {
        in(into, () -> {
            body.run();
            return null;
        });
    }

    /** Records steps at the end of a section, and returns what {@code body} returned. */
    public <T> T in(Section into, Supplier<T> body) {
        return record(into, steps.get(into), body);
    }

    /** Records steps before all others of a section. */
    public void first(Section into, Runnable body) {
        List<Step> front = new ArrayList<>();
        record(into, front, () -> {
            body.run();
            return null;
        });
        steps.get(into).addAll(0, front);
    }

    private <T> T record(Section into, List<Step> target, Supplier<T> body) {
        Section outerSection = section;
        List<Step> outer = recording;
        section = into;
        recording = target;
        try {
            return body.get();
        } finally {
            section = outerSection;
            recording = outer;
        }
    }

    @Override
    public List<Value> apply(Op op, List<Value> inputs) {
        List<Value> own = new ArrayList<>(inputs.size()); // loops: this is most of tracing
        List<Type> types = new ArrayList<>(inputs.size());
        for (Value input : inputs) {
            Value value = within(op, input);
            own.add(value);
            types.add(value.type());
        }
        List<Value> made = new ArrayList<>(1);
        for (Type type : op.infer(List.copyOf(types))) {
            made.add(newValue(type));
        }
        Step step = new Step(op, own, made, path(), section);
        recording.add(step);
        return step.outputs();
    }

    /** Composes a program inside of this one. Programs that are started meanwhile are inside of that. */
    <T> T compose(ProgramBuilder inner, Supplier<T> body) {
        ProgramBuilder before = composing;
        composing = inner;
        try {
            return body.get();
        } finally {
            composing = before;
        }
    }

    /** The program inside of this one that is being composed; this one if there is none. */
    ProgramBuilder innermost() {
        return composing == null ? this : composing.innermost();
    }

    /** {@return whether steps are being recorded in a program inside of this one} */
    public boolean isComposing() {
        return composing != null;
    }

    @Override
    public int depth() {
        return around == null ? 0 : around.depth() + 1;
    }

    private String path() {
        return path == null ? around.path() : path;
    }

    /** A value as one of this program: that of a program around it becomes an input. */
    private Value within(Op op, Value value) {
        if (value.graph() == this) {
            return value;
        }
        if (around == null) {
            throw new IllegalArgumentException(
                    (op == null ? "Scan" : op.name()) + ": expected values of one graph, got values of two");
        }
        Value outer = around.within(op, value);
        return captured.computeIfAbsent(outer, v -> input("from around " + captured.size(), v.type()));
    }

    /** A value to compute with here: one of this program, or of one around it. */
    Value adopt(Value value) {
        return value.graph() == this || around == null ? own(value) : within(null, value);
    }

    /** The values of the programs around that are used here, in the order of the inputs they have become. */
    List<Value> captured() {
        return List.copyOf(captured.keySet());
    }

    /**
     * Records another program's steps again, on this one's values for its inputs; their results are added to the map.
     */
    public void copy(Program program, Map<Value, Value> values) {
        for (Step step : program.steps()) {
            List<Value> made =
                    apply(step.op(), step.inputs().stream().map(values::get).toList());
            for (int i = 0; i < made.size(); i++) {
                values.put(step.outputs().get(i), made.get(i));
            }
        }
    }

    /** Forgets the outputs so far. */
    void clearOutputs() {
        outputs.clear();
    }

    private Value newValue(Type type) {
        return new Value(this, values++, type);
    }

    /** {@return the program as recorded so far} */
    public Program build() {
        Map<String, Slot> complete = new LinkedHashMap<>();
        slots.forEach((name, draft) -> complete.put(name, draft.slot()));
        List<Step> all = new ArrayList<>();
        steps.values().forEach(all::addAll);
        return new Program(inputs, complete, places, all, outputs);
    }
}
