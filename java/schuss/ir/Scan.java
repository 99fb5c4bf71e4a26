package schuss.ir;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import schuss.ops.Expression;
import schuss.ops.Graph;
import schuss.ops.Op;
import schuss.ops.Pointwise;
import schuss.ops.Reshape;
import schuss.ops.Type;
import schuss.ops.Value;

/**
 * A program repeated over the first axis of its sequences, with values that are carried from one step to the next: what a
 * recurrence comes to. It is compiled once however long the sequences are, and differentiated as a whole.
 *
 * <pre>{@code
 * // running sums of xs (time, batch): what is carried is the sum so far
 * Scan.Results sums = Scan.over(List.of(xs), List.of(zero), (carried, x) -> {
 *     Value sum = carried[0].add(x[0]);
 *     return new Scan.Turn(List.of(sum), List.of(sum));
 * });
 * Value all = sums.outputs().get(0);   // (time, batch)
 * }</pre>
 *
 * <p>The step may use values from around it, such as weights: they are the same in every step.
 *
 * @param body one step. Its inputs are the carried values, an element of each sequence, then what stays the same; its
 *     outputs are the carried values of the next step, then what is put out, last the carried values that it was given:
 *     the gradient begins from those, and where nobody asks for one they are dropped
 * @param carried how many values are carried
 * @param sequences how many sequences there are
 * @param steps the length of all sequences
 * @param reverse whether the last elements come first
 */
public record Scan(Program body, int carried, int sequences, int steps, boolean reverse) implements Op {
    /**
     * What a step makes.
     *
     * @param carried the values for the next step, of the types they had
     * @param outputs what is put out; those of all steps are stacked
     */
    public record Turn(List<Value> carried, List<Value> outputs) {}

    /** One step. */
    @FunctionalInterface
    public interface Body {
        /**
         * Composes it.
         *
         * @param carried from the step before
         * @param elements of the sequences
         */
        Turn step(Value[] carried, Value[] elements);
    }

    /**
     * What a scan comes to.
     *
     * @param carried as the last step left them
     * @param outputs of all steps, (time, ...)
     */
    public record Results(List<Value> carried, List<Value> outputs) {}

    /**
     * Repeats a step over the elements of sequences, from the first to the last.
     *
     * @param sequences (time, ...) each; at least one
     * @param carried what the first step is given
     * @throws IllegalArgumentException if lengths differ, or the step does not carry on what it was given
     */
    public static Results over(List<Value> sequences, List<Value> carried, Body body) {
        return over(sequences, carried, false, body);
    }

    /** {@link #over(List, List, Body)} from the last element to the first; what is put out stands where its element stood. */
    public static Results overReversed(List<Value> sequences, List<Value> carried, Body body) {
        return over(sequences, carried, true, body);
    }

    private static Results over(List<Value> sequences, List<Value> carried, boolean reverse, Body body) {
        if (sequences.isEmpty() || sequences.stream().anyMatch(s -> s.shape().isScalar())) {
            throw new IllegalArgumentException("Scan: expected at least one sequence (time, ...), got " + sequences);
        }
        int steps = sequences.get(0).shape().dim(0);
        ProgramBuilder outer = innermost(sequences, carried);
        ProgramBuilder inner = ProgramBuilder.inside(outer);
        Value[] state = new Value[carried.size()];
        for (int i = 0; i < state.length; i++) {
            state[i] = inner.input("carried " + i, carried.get(i).type());
        }
        Value[] elements = new Value[sequences.size()];
        for (int i = 0; i < elements.length; i++) {
            Value sequence = sequences.get(i);
            if (sequence.shape().dim(0) != steps) {
                throw new IllegalArgumentException("Scan: expected sequences of one length, got " + sequences);
            }
            elements[i] = inner.input(
                    "element " + i, new Type(sequence.dtype(), sequence.shape().tail()));
        }
        Turn turn = outer.compose(inner, () -> body.step(state, elements));
        check(carried.stream().map(Value::type).toList(), turn);
        Program program = body(inner, List.of(state), turn.carried(), turn.outputs());
        List<Value> inputs = new ArrayList<>(carried);
        inputs.addAll(sequences);
        inputs.addAll(inner.captured());
        List<Value> results = outer.apply(new Scan(program, state.length, elements.length, steps, reverse), inputs);
        return new Results(
                results.subList(0, state.length),
                results.subList(state.length, state.length + turn.outputs().size()));
    }

    /** The program that is being composed: values of all those around it can be used there. */
    private static ProgramBuilder innermost(List<Value> sequences, List<Value> carried) {
        Graph deepest = sequences.get(0).graph();
        for (Value value : carried) {
            deepest = value.graph().depth() > deepest.depth() ? value.graph() : deepest;
        }
        return ((ProgramBuilder) deepest).innermost();
    }

    private static void check(List<Type> given, Turn turn) {
        List<Type> next = turn.carried().stream().map(Value::type).toList();
        if (!next.equals(given)) {
            throw new IllegalArgumentException("Scan: expected the step to carry on " + given + ", got " + next);
        }
    }

    /**
     * The body of a scan, each output of it in memory of its own.
     *
     * @param given the inputs that are carried values
     * @param next what becomes of them
     * @param made what is put out
     */
    public static Program body(ProgramBuilder builder, List<Value> given, List<Value> next, List<Value> made) {
        List<Value> outputs = new ArrayList<>(next);
        outputs.addAll(made);
        outputs.addAll(given);
        outputs.forEach(builder::adopt); // all inputs are there now
        Set<Value> taken = new LinkedHashSet<>(builder.inputs().values());
        Map<Value, Value> views = new LinkedHashMap<>();
        for (Step step : builder.steps(Section.BODY)) {
            if (step.op() instanceof Reshape) {
                views.put(step.outputs().get(0), step.inputs().get(0));
            }
        }
        builder.clearOutputs();
        for (int i = 0; i < outputs.size(); i++) {
            Value own = builder.adopt(outputs.get(i));
            Value root = own;
            while (views.containsKey(root)) {
                root = views.get(root);
            }
            if (!taken.add(root)) {
                own = Value.of(new Pointwise(Expression.input(0), 1), own);
            }
            builder.output("output " + i, own);
        }
        return builder.build();
    }

    /** The same without some of what is put out. */
    public Scan withBody(Program other) {
        return new Scan(other, carried, sequences, steps, reverse);
    }

    /** How many inputs stay the same in all steps. */
    public int constants() {
        return body.inputs().size() - carried - sequences;
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        List<Value> expected = List.copyOf(body.inputs().values());
        expect(inputs.size() == expected.size(), expected.size() + " inputs", inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            Type type = inputs.get(i);
            boolean sequence = i >= carried && i < carried + sequences;
            Type element = sequence ? new Type(type.dtype(), type.shape().tail()) : type;
            boolean length = !sequence || type.shape().dim(0) == steps;
            expect(
                    length && element.equals(expected.get(i).type()),
                    "an input " + expected.get(i).type(),
                    type);
        }
        List<Value> made = List.copyOf(body.outputs().values());
        List<Type> outputs = new ArrayList<>();
        for (int i = 0; i < made.size(); i++) {
            Type type = made.get(i).type();
            outputs.add(i < carried ? type : new Type(type.dtype(), type.shape().prepend(steps)));
        }
        return outputs;
    }

    @Override
    public long multiplyAdds(List<Type> inputs) {
        return steps * body.multiplyAdds();
    }

    @Override
    public long operations(List<Type> inputs) {
        return steps * body.steps().stream().mapToLong(Step::operations).sum();
    }
}
