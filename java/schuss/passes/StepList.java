package schuss.passes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import schuss.ir.Program;
import schuss.ir.Step;
import schuss.ops.Value;

/**
 * The steps of a program while a pass changes them. Each step keeps its number while others come and go, and the maker
 * and the readers of every value are known, so a pass over n steps takes time proportional to n.
 */
final class StepList {
    private static final int NONE = -1;

    private final Program program;
    private final Set<Value> kept;
    private final Step[] steps; // by number; null for what is gone
    private final int[] next;
    private final int[] previous;
    private int first = NONE;
    private final Map<Value, Integer> makers = new HashMap<>();
    private final Map<Value, Set<Integer>> readers = new HashMap<>();

    StepList(Program program) {
        this.program = program;
        this.kept = program.kept();
        int count = program.steps().size();
        steps = new Step[count];
        next = new int[count];
        previous = new int[count];
        for (int i = 0; i < count; i++) {
            next[i] = i + 1 < count ? i + 1 : NONE;
            previous[i] = i - 1;
            enter(i, program.steps().get(i));
        }
        first = count > 0 ? 0 : NONE;
    }

    private void enter(int number, Step step) {
        steps[number] = step;
        step.outputs().forEach(value -> makers.put(value, number));
        step.inputs()
                .forEach(value ->
                        readers.computeIfAbsent(value, v -> new HashSet<>()).add(number));
    }

    private void leave(int number) {
        Step step = steps[number];
        step.outputs().forEach(value -> makers.remove(value, number));
        step.inputs().forEach(value -> readers.get(value).remove(number));
        steps[number] = null;
    }

    /** The number of steps at the beginning; their numbers have the original order, and some may be gone. */
    int count() {
        return steps.length;
    }

    /** The step with a number; null if it is gone. */
    Step get(int number) {
        return steps[number];
    }

    /** Replaces a step. */
    void replace(int number, Step step) {
        leave(number);
        enter(number, step);
    }

    void remove(int number) {
        leave(number);
        if (previous[number] == NONE) {
            first = next[number];
        } else {
            next[previous[number]] = next[number];
        }
        if (next[number] != NONE) {
            previous[next[number]] = previous[number];
        }
    }

    /** The number of the step that makes a value; -1 if none does. */
    int maker(Value value) {
        return makers.getOrDefault(value, NONE);
    }

    /** The numbers of the steps that read a value. */
    Set<Integer> readers(Value value) {
        return readers.getOrDefault(value, Set.of());
    }

    /** Whether a value must not be removed: it is stored in a slot, or it is an output. */
    boolean isKept(Value value) {
        return kept.contains(value);
    }

    /** Whether exactly one step reads a value, and it is not kept. */
    boolean isReadOnce(Value value) {
        return readers(value).size() == 1 && !isKept(value);
    }

    /** The numbers of the steps after one, up to and including another that comes later. */
    List<Integer> between(int from, int to) {
        List<Integer> numbers = new ArrayList<>();
        for (int at = next[from]; at != to; at = next[at]) {
            numbers.add(at);
        }
        numbers.add(to);
        return numbers;
    }

    /** Moves a step to right after another. */
    void moveBehind(int number, int place) {
        Step step = steps[number];
        remove(number);
        next[number] = next[place];
        previous[number] = place;
        if (next[place] != NONE) {
            previous[next[place]] = number;
        }
        next[place] = number;
        enter(number, step);
    }

    /** The program with the steps that are left. */
    Program program() {
        List<Step> left = new ArrayList<>();
        for (int at = first; at != NONE; at = next[at]) {
            left.add(steps[at]);
        }
        return program.withSteps(left);
    }
}
