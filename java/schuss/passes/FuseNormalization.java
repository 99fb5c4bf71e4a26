package schuss.passes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import schuss.ir.Program;
import schuss.ir.Step;
import schuss.ops.BatchNorm;
import schuss.ops.Expression;
import schuss.ops.Function1;
import schuss.ops.FusedBatchNorm;
import schuss.ops.Op;
import schuss.ops.Pointwise;
import schuss.ops.Value;

/**
 * Merges a batch normalisation with the residual and the ReLU that follow it, and its gradient with the ReLU's mask.
 * Values that would be written only to be read once by the next step are then never written.
 */
final class FuseNormalization {
    private final Predicate<Op> supported;
    private final StepList steps;
    private final Map<Value, Step> fused = new HashMap<>(); // by output

    private FuseNormalization(Program program, Predicate<Op> supported) {
        this.supported = supported;
        this.steps = new StepList(program);
    }

    /**
     * Fuses a program.
     *
     * @param supported whether the backend has a kernel for a fused op
     */
    static Program of(Program program, Predicate<Op> supported) {
        FuseNormalization fuse = new FuseNormalization(program, supported);
        for (int i = 0; i < fuse.steps.count(); i++) {
            Step step = fuse.steps.get(i);
            if (step != null && step.op() instanceof BatchNorm norm) {
                fuse.forward(norm, i);
            }
        }
        for (int i = 0; i < fuse.steps.count(); i++) {
            Step step = fuse.steps.get(i);
            if (step != null && step.op() instanceof BatchNorm.Gradient gradient) {
                fuse.backward(gradient, i);
            }
        }
        return fuse.steps.program();
    }

    private void forward(BatchNorm norm, int number) {
        Step step = steps.get(number);
        Value y = step.outputs().get(0);
        if (!steps.isReadOnce(y)) {
            return;
        }
        int at = steps.readers(y).iterator().next();
        Step reader = steps.get(at);
        if (!(reader.op() instanceof Pointwise pointwise)) {
            return;
        }
        List<Value> others =
                reader.inputs().stream().filter(v -> !v.equals(y)).distinct().toList();
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
            if (moveTo(number, at, joined)) {
                fused.put(outputs.get(0), joined);
            }
        }
    }

    /**
     * Puts the merged step in the reader's place, followed by the steps that read the statistics. Not possible if the
     * reader's other input depends on these.
     */
    private boolean moveTo(int norm, int reader, Step joined) {
        Set<Value> later = new HashSet<>(steps.get(norm).outputs());
        List<Integer> waiting = new ArrayList<>();
        List<Integer> between = steps.between(norm, reader);
        for (int number : between.subList(0, between.size() - 1)) {
            Step step = steps.get(number);
            if (step.inputs().stream().anyMatch(later::contains)) {
                waiting.add(number);
                later.addAll(step.outputs());
            }
        }
        if (joined.inputs().stream().anyMatch(later::contains)) {
            return false;
        }
        steps.remove(norm);
        steps.replace(reader, joined);
        int place = reader;
        for (int number : waiting) {
            steps.moveBehind(number, place);
            place = number;
        }
        return true;
    }

    /** Merges a gradient whose dy is the sum of the terms where y is positive and 0 elsewhere. */
    private void backward(BatchNorm.Gradient gradient, int number) {
        Step step = steps.get(number);
        Value masked = step.inputs().get(4);
        int at = steps.maker(masked);
        if (at < 0 || !(steps.get(at).op() instanceof Pointwise pointwise)) {
            return;
        }
        Step mask = steps.get(at);
        Step forward = mask.inputs().stream()
                .map(fused::get)
                .filter(f ->
                        f != null && f.outputs().get(1).equals(step.inputs().get(2)))
                .findFirst()
                .orElse(null);
        if (forward == null || !((FusedBatchNorm) forward.op()).relu()) {
            return;
        }
        Value y = forward.outputs().get(0);
        List<Value> terms = mask.inputs().stream().filter(v -> !v.equals(y)).toList();
        if (!isMask(pointwise.expression(), mask.inputs(), y, terms)) {
            return;
        }
        List<Value> x = step.inputs();
        boolean alone = steps.isReadOnce(masked);
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
            steps.remove(number);
            steps.replace(at, new Step(op, inputs, outputs, step.path(), step.section()));
        }
    }

    /** Whether the formula is (sum of terms) * step(y). */
    private static boolean isMask(Expression e, List<Value> inputs, Value y, List<Value> terms) {
        boolean whole = terms.stream().allMatch(t -> t.type().equals(y.type()));
        if (!whole || terms.isEmpty() || terms.size() > 2 || terms.size() != inputs.size() - 1) {
            return false;
        }
        int[] at = IntStream.range(0, inputs.size())
                .filter(i -> !inputs.get(i).equals(y))
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
