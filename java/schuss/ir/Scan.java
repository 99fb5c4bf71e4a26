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
 * A loop over the first axis of some sequences, with a state that is carried from one iteration to the next; recurrent
 * layers are made of it. The body is compiled once however long the sequences are, and the loop is differentiated as a
 * whole.
 *
 * <pre>{@code
 * // running sums of xs (time, batch): the state is the sum so far
 * Scan.Results sums = Scan.over(List.of(xs), List.of(zero), (carried, x) -> {
 *     Value sum = carried[0].add(x[0]);
 *     return new Scan.Turn(List.of(sum), List.of(sum));
 * });
 * Value all = sums.outputs().get(0);   // (time, batch)
 * }</pre>
 *
 * <p>The body may also use values from outside of the loop, such as weights, which are the same in every iteration.
 *
 * @param body one iteration. Its inputs are the state, one element of each sequence, then the values from outside. Its
 *     outputs are the next state, then the outputs of this iteration, and last the state it was given, from which the
 *     gradient starts; that last part is dropped where no gradient is needed
 * @param carried the number of values in the state
 * @param sequences the number of sequences
 * @param steps the length of all sequences, which is the number of iterations
 * @param reverse whether the loop runs from the last element to the first
 */
public record Scan(Program body, int carried, int sequences, int steps, boolean reverse) implements Op {
    /**
     * The results of one iteration.
     *
     * @param carried the state for the next iteration, of the same types as before
     * @param outputs the outputs of this iteration; those of all iterations are stacked along a new first axis
     */
    public record Turn(List<Value> carried, List<Value> outputs) {}

    /** One iteration of the loop. */
    @FunctionalInterface
    public interface Body {
        /**
         * Composes an iteration. It is called once, with symbolic values.
         *
         * @param carried the state after the previous iteration
         * @param elements one element of each sequence
         * @return the next state and the outputs
         */
        Turn step(Value[] carried, Value[] elements);
    }

    /**
     * The results of the loop.
     *
     * @param carried the state after the last iteration
     * @param outputs the stacked outputs of all iterations, (time, ...)
     */
    public record Results(List<Value> carried, List<Value> outputs) {}

    /**
     * Runs a loop from the first element to the last.
     *
     * @param sequences (time, ...) each, at least one, all of the same length
     * @param carried the state before the first iteration
     * @param body one iteration
     * @return the last state and the stacked outputs
     * @throws IllegalArgumentException if the lengths differ, or the types of the state change
     */
    public static Results over(List<Value> sequences, List<Value> carried, Body body) {
        return over(sequences, carried, false, body);
    }

    /**
     * Runs a loop from the last element to the first. The output of an element keeps the element's position.
     *
     * @param sequences (time, ...) each, at least one, all of the same length
     * @param carried the state before the first iteration
     * @param body one iteration
     * @return the last state and the stacked outputs
     * @throws IllegalArgumentException if the lengths differ, or the types of the state change
     */
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

    /** The innermost program being composed: the values of all programs around it can be used there. */
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
     * Builds the body of a scan, with every output in memory of its own.
     *
     * @param builder in which the iteration was recorded
     * @param given the inputs that are the state
     * @param next the next state
     * @param made the outputs of the iteration
     * @return the body
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

    /**
     * {@return the same loop with another body, for instance one without some of the outputs}
     *
     * @param other the new body
     */
    public Scan withBody(Program other) {
        return new Scan(other, carried, sequences, steps, reverse);
    }

    /** {@return the number of inputs that are the same in every iteration} */
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
