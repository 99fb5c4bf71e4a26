package schuss.optim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import schuss.DType;
import schuss.ir.Layout;
import schuss.ops.Call;
import schuss.ops.Expression;
import schuss.ops.Function1;
import schuss.ops.Op;
import schuss.ops.Type;

/**
 * One step of an optimiser over all parameters at once. What the optimiser's formula sees as parameter and gradient has
 * been through these {@link Terms} before:
 *
 * <pre>
 * g = scale * g                          clipping by the global norm, the mean over several batches
 * g = min(max(g, -limit), limit)         clipping by value
 * g = g + l2 * p + l1 * sign(p)          the slopes of l2 / 2 * p * p and of l1 * |p|
 * p = p - shrink * p                     decoupled weight decay
 * </pre>
 *
 * <p>Inputs, each the whole of its kind in one piece: parameters, gradients, one per state of the optimiser, then the
 * group of every 64 elements (u8), the coefficients of every group (f32), the guard's flag, which stops it, and the scale
 * (f32 scalar) where there is one.
 *
 * @param optimizer the formula
 * @param terms what happens before it
 * @param runs the same groups as ranges, for backends that take one range at a time; frozen ones are left out
 */
public record OptimizerStep(Optimizer optimizer, Terms terms, List<Run> runs) implements Op {
    /** How many consecutive elements share a group. */
    public static final int GROUP_ELEMENTS = Layout.ALIGNMENT;

    /** The group of parameters that nothing changes; it has no coefficients. */
    public static final int FROZEN = 255;

    private static final int L2 = 0;
    private static final int L1 = 1;
    private static final int SHRINK = 2;
    /** Where in a group's coefficients the optimiser's own begin. */
    public static final int OWN = 4;

    /** Coefficients of one group: l2, l1, shrink, an unused one, then the optimiser's own. */
    public static final int GROUP_COEFFICIENTS = OWN + Optimizer.COEFFICIENTS;

    /**
     * What happens to gradients and parameters before the formula. Where a term is off, its coefficients are 0.
     *
     * @param scaled whether there is an input with a factor of all gradients
     * @param limit of a gradient's absolute value; infinite for none
     */
    public record Terms(boolean l2, boolean l1, boolean shrink, boolean scaled, double limit) {
        /** Gradients as they are. */
        public static final Terms NONE = new Terms(false, false, false, false, Double.POSITIVE_INFINITY);
    }

    /**
     * Neighbouring elements of one group.
     *
     * @param from the first
     * @param count how many
     */
    public record Run(long from, long count, int group) {}

    public OptimizerStep {
        runs = List.copyOf(runs);
    }

    /** The runs of a table with one group byte per {@value #GROUP_ELEMENTS} elements. */
    public static List<Run> runs(byte[] groups) {
        List<Run> runs = new ArrayList<>();
        for (int from = 0, to; from < groups.length; from = to) {
            to = from + 1;
            while (to < groups.length && groups[to] == groups[from]) {
                to++;
            }
            int group = Byte.toUnsignedInt(groups[from]);
            if (group != FROZEN) {
                runs.add(new Run((long) from * GROUP_ELEMENTS, (long) (to - from) * GROUP_ELEMENTS, group));
            }
        }
        return runs;
    }

    /**
     * Writes the coefficients of one group.
     *
     * @param decay the optimiser's weight decay for this group
     * @param l1 factor of the penalty |p|
     * @param l2 factor of the penalty p * p / 2
     * @param target where to write, from index {@code at} on
     */
    public static void coefficients(
            Optimizer optimizer,
            long step,
            double rate,
            double momentum,
            double decay,
            double l1,
            double l2,
            double[] target,
            int at) {
        boolean decoupled = optimizer.decoupled();
        target[at + L2] = decoupled ? l2 : l2 + decay;
        target[at + L1] = l1;
        target[at + SHRINK] = decoupled ? rate * decay : 0;
        optimizer.coefficients(step, rate, momentum, target, at + OWN);
    }

    /** The whole formula, with inputs numbered: parameter 0, gradient 1, the state, a group's coefficients, the scale. */
    public Optimizer.Update formula() {
        int states = optimizer.state().size();
        Expression[] state = new Expression[states];
        Arrays.setAll(state, i -> Expression.input(2 + i));
        Expression[] c = new Expression[GROUP_COEFFICIENTS + 1];
        Arrays.setAll(c, i -> Expression.input(2 + states + i));
        Expression p = Expression.input(0);
        Expression g = Expression.input(1);
        if (terms.scaled) {
            g = c[GROUP_COEFFICIENTS].mul(g);
        }
        if (terms.limit < Double.POSITIVE_INFINITY) {
            g = g.max(Expression.constant(-terms.limit)).min(Expression.constant(terms.limit));
        }
        if (terms.l2) {
            g = g.add(c[L2].mul(p));
        }
        if (terms.l1) {
            g = g.add(c[L1].mul(p.apply(Function1.SIGN)));
        }
        Expression[] own = Arrays.copyOfRange(c, OWN, GROUP_COEFFICIENTS);
        return optimizer.update(terms.shrink ? p.sub(c[SHRINK].mul(p)) : p, g, state, own);
    }

    /** How many inputs the {@link #formula} has. */
    public int formulaInputs() {
        return 2 + optimizer.state().size() + GROUP_COEFFICIENTS + (terms.scaled ? 1 : 0);
    }

    @Override
    public String name() {
        return "Update " + optimizer.getClass().getSimpleName();
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        int states = optimizer.state().size();
        int count = 5 + states + (terms.scaled ? 1 : 0);
        expect(inputs.size() == count, count + " inputs", inputs.size());
        List<DType> types = new ArrayList<>(Collections.nCopies(count, DType.F32));
        types.set(2 + states, DType.U8);
        types.set(4 + states, DType.I32);
        expect(inputs.stream().map(Type::dtype).toList().equals(types), types.toString(), inputs);
        long n = inputs.get(0).shape().size();
        expect(
                n % GROUP_ELEMENTS == 0
                        && IntStream.range(1, 2 + states)
                                .allMatch(i -> inputs.get(i).shape().size() == n),
                "whole groups, one size of parameters, gradients and state",
                inputs);
        return List.of();
    }

    /** Those of the formula for each parameter that is not frozen. */
    @Override
    public long operations(List<Type> inputs) {
        Optimizer.Update formula = formula();
        List<Expression> results = new ArrayList<>(formula.state());
        results.add(formula.parameter());
        return (long) Expression.operations(results)
                * runs.stream().mapToLong(Run::count).sum();
    }

    @Override
    public List<Integer> mutates() {
        return IntStream.range(0, 2 + optimizer.state().size())
                .filter(i -> i != 1)
                .boxed()
                .toList();
    }

    @Override
    public Call call(List<Type> inputs) {
        if (optimizer.kernel() == null) {
            return null;
        }
        return Call.of(
                        "optimizers",
                        optimizer.kernel(),
                        terms.limit(),
                        inputs.get(0).shape().size())
                .withLastInputMissing(!terms.scaled());
    }
}
