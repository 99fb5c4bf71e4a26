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
 * A computation as a value: a flat list of steps over numbered values, with named, typed ends. It never changes; passes
 * make new programs of it, a {@link ProgramBuilder} continues it, and two of them can be compared. {@link #toString}
 * prints a line a step.
 *
 * @param inputs what a caller brings for each run, by name
 * @param slots the memory that outlives a run, by name
 * @param places the values that lie in slots, whether steps read or write them there
 * @param steps in the order they run, the sections one after the other
 * @param outputs what a caller may read after a run, by name
 */
public record Program(
        Map<String, Value> inputs,
        Map<String, Slot> slots,
        Map<Value, Place> places,
        List<Step> steps,
        Map<String, Value> outputs) {
    public Program {
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        slots = Collections.unmodifiableMap(new LinkedHashMap<>(slots));
        places = Collections.unmodifiableMap(new LinkedHashMap<>(places));
        steps = List.copyOf(steps);
        outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }

    /**
     * The value of an input.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public Value input(String name) {
        return named("input", inputs, name);
    }

    /**
     * The value of an output.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public Value output(String name) {
        return named("output", outputs, name);
    }

    /**
     * A slot.
     *
     * @throws IllegalArgumentException if there is none of this name
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

    /** The index of a place's first element in its slot. */
    public long offset(Place place) {
        return place.entry().isEmpty()
                ? 0
                : slots.get(place.slot()).layout().entry(place.entry()).offset();
    }

    /** Whether a value is all of its place, and not the front of a slot. */
    boolean isAll(Value value, Place place) {
        return !place.entry().isEmpty()
                || value.shape().size() == slots.get(place.slot()).size();
    }

    /** Values that must not disappear: those that lie in a slot, and what callers read. */
    public Set<Value> kept() {
        Set<Value> kept = new java.util.HashSet<>(outputs.values());
        kept.addAll(places.keySet());
        return kept;
    }

    /** The same with other outputs. */
    public Program withOutputs(Map<String, Value> replaced) {
        return new Program(inputs, slots, places, steps, replaced);
    }

    /** The same with tensors of its slots elsewhere in them. */
    public Program withSlots(Map<String, Slot> replaced) {
        return new Program(inputs, replaced, places, steps, outputs);
    }

    /** The same with other steps. */
    public Program withSteps(List<Step> replaced) {
        return new Program(inputs, slots, places, replaced, outputs);
    }

    /** What its steps multiply and add. */
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
