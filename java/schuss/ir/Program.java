package schuss.ir;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import schuss.ops.Value;

/**
 * A computation as an immutable value: a flat list of steps over numbered values, with named, typed inputs and outputs.
 * Passes make new programs from it, a {@link ProgramBuilder} continues it, a {@link schuss.Session} runs it, and two
 * programs can be compared with {@code equals}. {@link #toString} prints one line per step.
 *
 * @param inputs the values that the caller sets before a run, by name
 * @param slots the memory that survives a run, by name
 * @param places the values that are stored in slots, whether steps read or write them there
 * @param steps in the order in which they run, section by section
 * @param outputs the values that the caller may read after a run, by name
 */
public record Program(
        Map<String, Value> inputs,
        Map<String, Slot> slots,
        Map<Value, Place> places,
        List<Step> steps,
        Map<String, Value> outputs) {
    /**
     * Creates the record; the collections are copied.
     *
     * @param inputs the values that the caller sets before a run, by name
     * @param slots the memory that survives a run, by name
     * @param places the values that are stored in slots, whether steps read or write them there
     * @param steps in the order in which they run, section by section
     * @param outputs the values that the caller may read after a run, by name
     */
    public Program {
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        slots = Collections.unmodifiableMap(new LinkedHashMap<>(slots));
        places = Collections.unmodifiableMap(new LinkedHashMap<>(places));
        steps = List.copyOf(steps);
        outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }

    /**
     * {@return the value of an input}
     *
     * @param name of the input
     * @throws IllegalArgumentException if there is no such input; the message lists those there are
     */
    public Value input(String name) {
        return named("input", inputs, name);
    }

    /**
     * {@return the value of an output}
     *
     * @param name of the output
     * @throws IllegalArgumentException if there is no such output; the message lists those there are
     */
    public Value output(String name) {
        return named("output", outputs, name);
    }

    /**
     * {@return a slot}
     *
     * @param name of the slot
     * @throws IllegalArgumentException if there is no such slot; the message lists those there are
     */
    public Slot slot(String name) {
        return named("slot", slots, name);
    }

    private static <T> T named(String kind, Map<String, T> all, String name) {
        T found = all.get(name);
        if (found == null) {
            throw new IllegalArgumentException(kind + ": expected one of " + all.keySet() + ", got \"" + name + "\"");
        }
        return found;
    }

    /**
     * {@return the index of the first element of a place within its slot}
     *
     * @param place a place in one of this program's slots
     */
    public long offset(Place place) {
        return place.entry().isEmpty()
                ? 0
                : slots.get(place.slot()).layout().entry(place.entry()).offset();
    }

    /** Whether a value covers all of its place; false for a value that is only the front of a slot. */
    boolean isAll(Value value, Place place) {
        return !place.entry().isEmpty()
                || value.shape().size() == slots.get(place.slot()).size();
    }

    /** {@return the values that passes must not remove: those that are stored in a slot, and the outputs} */
    public Set<Value> kept() {
        Set<Value> kept = new java.util.HashSet<>(outputs.values());
        kept.addAll(places.keySet());
        return kept;
    }

    /**
     * {@return the same program with other outputs}
     *
     * @param replaced the new outputs by name
     */
    public Program withOutputs(Map<String, Value> replaced) {
        return new Program(inputs, slots, places, steps, replaced);
    }

    /**
     * {@return the same program with other slots, for instance with another layout of the same tensors}
     *
     * @param replaced the new slots by name
     */
    public Program withSlots(Map<String, Slot> replaced) {
        return new Program(inputs, replaced, places, steps, outputs);
    }

    /**
     * {@return the same program with other steps}
     *
     * @param replaced the new steps, in the order in which they run
     */
    public Program withSteps(List<Step> replaced) {
        return new Program(inputs, slots, places, replaced, outputs);
    }

    /** {@return the number of multiply-add pairs of all steps; see {@link schuss.ops.Op#multiplyAdds}} */
    public long multiplyAdds() {
        return steps.stream().mapToLong(Step::multiplyAdds).sum();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        inputs.forEach((name, value) ->
                text.append(value).append(" = input ").append(name).append('\n'));
        places.forEach(
                (value, place) -> text.append(value).append(" = ").append(place).append('\n'));
        Section section = null;
        for (Step step : steps) {
            if (step.section() != section) {
                section = step.section();
                text.append(section.name().toLowerCase(Locale.ROOT)).append(":\n");
            }
            text.append("  ").append(step).append('\n');
        }
        String names = outputs.entrySet().stream()
                .map(e -> e.getKey() + " %" + e.getValue().id())
                .collect(Collectors.joining(", "));
        return text.append("outputs: ").append(names).append('\n').toString();
    }
}
