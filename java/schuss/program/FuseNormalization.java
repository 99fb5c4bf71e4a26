package schuss.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import schuss.ops.BatchNorm;
import schuss.ops.Expression;
import schuss.ops.Function1;
import schuss.ops.FusedBatchNorm;
import schuss.ops.Op;
import schuss.ops.Pointwise;
import schuss.ops.Value;

/**
 * Joins a batch norm with the residual and the ReLU behind it, and its gradient with the ReLU's mask: what is in memory only
 * to be read once by the next step is neither written nor read.
 */
final class FuseNormalization {
    private final Program program;
    private final Predicate<Op> supported;
    private final List<Step> steps;
    private final Map<Value, Step> fused = new HashMap<>(); // by output

    private FuseNormalization(Program program, Predicate<Op> supported) {
        this.program = program;
        this.supported = supported;
        this.steps = new ArrayList<>(program.steps());
    }

    /**
     * The fused program.
     *
     * @param supported whether the backend has a kernel for a fused op
     */
    static Program run(Program program, Predicate<Op> supported) {
        FuseNormalization fuse = new FuseNormalization(program, supported);
        for (Step step : program.steps()) {
            if (step.op() instanceof BatchNorm norm) {
                fuse.forward(norm, step);
            }
        }
        for (Step step : program.steps()) {
            if (step.op() instanceof BatchNorm.Gradient gradient) {
                fuse.backward(gradient, step);
            }
        }
        return program.withSteps(fuse.steps);
    }

    private List<Step> readers(Value value) {
        return steps.stream().filter(s -> s.inputs().contains(value)).toList();
    }

    private Optional<Step> maker(Value value) {
        return steps.stream().filter(s -> s.outputs().contains(value)).findFirst();
    }

    private boolean leaves(Value value) {
        return program.outputs().containsValue(value) || program.variables().containsKey(value);
    }

    private void forward(BatchNorm norm, Step step) {
        Value y = step.outputs().get(0);
        List<Step> readers = readers(y);
        if (readers.size() != 1 || leaves(y) || !(readers.get(0).op() instanceof Pointwise pointwise)) {
            return;
        }
        Step reader = readers.get(0);
        List<Value> others =
                reader.inputs().stream().filter(v -> v != y).distinct().toList();
        boolean add = others.size() == 1 && others.get(0).type().equals(y.type());
        if (reader.inputs().size() != 1 + others.size() || (!others.isEmpty() && !add)) {
            return;
        }
        Expression sum = add ? Expression.input(0).add(Expression.input(1)) : Expression.input(0);
        Expression swapped = add ? Expression.input(1).add(Expression.input(0)) : sum;
        Expression e = pointwise.expression();
        boolean relu = e.equals(sum.relu()) || e.equals(swapped.relu());
        FusedBatchNorm op = new FusedBatchNorm(norm.epsilon(), add, relu);
        if ((relu || (add && (e.equals(sum) || e.equals(swapped)))) && supported.test(op)) {
            List<Value> inputs = new ArrayList<>(step.inputs());
            inputs.addAll(others);
            List<Value> outputs = new ArrayList<>(step.outputs());
            outputs.set(0, reader.outputs().get(0));
            Step joined = new Step(op, inputs, outputs, step.path(), step.section());
            if (moveTo(step, reader, joined)) {
                fused.put(outputs.get(0), joined);
            }
        }
    }

    /**
     * Puts the joined step where the reader stands, behind it what reads the statistics. Impossible where the reader's
     * other input depends on those.
     */
    private boolean moveTo(Step step, Step reader, Step joined) {
        int from = steps.indexOf(step);
        int to = steps.indexOf(reader);
        Set<Value> later = new HashSet<>(step.outputs());
        List<Step> before = new ArrayList<>();
        List<Step> behind = new ArrayList<>();
        for (Step between : steps.subList(from + 1, to)) {
            boolean waits = between.inputs().stream().anyMatch(later::contains);
            (waits ? behind : before).add(between);
            if (waits) {
                later.addAll(between.outputs());
            }
        }
        if (joined.inputs().stream().anyMatch(later::contains)) {
            return false;
        }
        List<Step> replaced = new ArrayList<>(before);
        replaced.add(joined);
        replaced.addAll(behind);
        List<Step> range = steps.subList(from, to + 1);
        range.clear();
        range.addAll(replaced);
        return true;
    }

    /** A gradient whose dy is the terms' sum where y is positive, 0 elsewhere. */
    private void backward(BatchNorm.Gradient gradient, Step step) {
        Value masked = step.inputs().get(4);
        Step mask = maker(masked).orElse(null);
        if (mask == null || !(mask.op() instanceof Pointwise pointwise)) {
            return;
        }
        Step forward = mask.inputs().stream()
                .map(fused::get)
                .filter(f -> f != null && f.outputs().get(1) == step.inputs().get(2))
                .findFirst()
                .orElse(null);
        if (forward == null || !((FusedBatchNorm) forward.op()).relu()) {
            return;
        }
        Value y = forward.outputs().get(0);
        List<Value> terms = mask.inputs().stream().filter(v -> v != y).toList();
        if (!isMask(pointwise.expression(), mask.inputs(), y, terms)) {
            return;
        }
        List<Value> x = step.inputs();
        boolean alone = readers(masked).size() == 1 && !leaves(masked);
        boolean byInput = alone && terms.size() == 1 && !((FusedBatchNorm) forward.op()).add();
        List<Value> inputs = new ArrayList<>(
                byInput
                        ? List.of(x.get(0), x.get(1), forward.inputs().get(2), x.get(2), x.get(3))
                        : List.of(x.get(0), x.get(1), x.get(2), x.get(3), y));
        inputs.addAll(terms);
        List<Value> outputs = new ArrayList<>(step.outputs());
        if (!byInput) {
            outputs.add(masked);
        }
        Op op = byInput
                ? new FusedBatchNorm.Gradient(gradient.epsilon())
                : new FusedBatchNorm.ResidualGradient(gradient.epsilon(), terms.size());
        if (supported.test(op)) {
            // in the mask's place: others may read the masked gradient from there on
            steps.remove(step);
            steps.set(steps.indexOf(mask), new Step(op, inputs, outputs, step.path(), step.section()));
        }
    }

    /** Whether the expression is (sum of terms) * step(y). */
    private static boolean isMask(Expression e, List<Value> inputs, Value y, List<Value> terms) {
        boolean whole = terms.stream().allMatch(t -> t.type().equals(y.type()));
        if (!whole || terms.isEmpty() || terms.size() > 2 || terms.size() != inputs.size() - 1) {
            return false;
        }
        int[] at = IntStream.range(0, inputs.size())
                .filter(i -> inputs.get(i) != y)
                .toArray();
        Expression first = Expression.input(at[0]);
        List<Expression> sums = terms.size() == 1
                ? List.of(first)
                : List.of(
                        first.add(Expression.input(at[1])),
                        Expression.input(at[1]).add(first));
        Expression open = Expression.input(inputs.indexOf(y)).apply(Function1.STEP);
        return sums.stream().anyMatch(s -> e.equals(s.mul(open)) || e.equals(open.mul(s)));
    }
}
