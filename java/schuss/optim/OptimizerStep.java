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
 * The operation that updates all parameters at once. Before the optimizer's formula it applies these {@link Terms} to
 * each parameter p and its gradient g:
 *
 * <pre>
 * g = scale * g                          clipping by the global norm, the mean over several batches
 * g = min(max(g, -limit), limit)         clipping by value
 * g = g + l2 * p + l1 * sign(p)          the gradients of l2 / 2 * p * p and of l1 * |p|
 * p = p - shrink * p                     decoupled weight decay
 * </pre>
 *
 * <p>Its inputs are, each for all parameters in one piece: the parameters, the gradients, one input for each state of the
 * optimizer, the group of every 64 elements (u8), the coefficients of every group (f32), the flag of the guard, which
 * stops the step, and the scale (f32 scalar) if there is one.
 *
 * @param optimizer the formula
 * @param terms what happens before the formula
 * @param runs the groups as ranges of elements, for backends that update one range at a time; without frozen ones
 */
public record OptimizerStep(Optimizer optimizer, Terms terms, List<Run> runs) implements Op {
    /** The number of consecutive elements that share a group. */
    public static final int GROUP_ELEMENTS = Layout.ALIGNMENT;

    /** The group of frozen parameters, which has no coefficients. */
    public static final int FROZEN = 255;

    private static final int L2 = 0;
    private static final int L1 = 1;
    private static final int SHRINK = 2;
    /** The index of the optimizer's own coefficients among those of a group. */
    public static final int OWN = 4;

    /** The number of coefficients of a group: l2, l1, shrink, an unused one, then the optimizer's own. */
    public static final int GROUP_COEFFICIENTS = OWN + Optimizer.COEFFICIENTS;

    /**
     * What happens to gradients and parameters before the formula. The coefficients of a term that is off are 0.
     *
     * @param l2 whether there is an L2 penalty or weight decay through the gradient
     * @param l1 whether there is an L1 penalty
     * @param shrink whether there is decoupled weight decay
     * @param scaled whether there is an input with a factor of all gradients
     * @param limit the largest absolute value of a gradient; infinite for no limit
     */
    public record Terms(boolean l2, boolean l1, boolean shrink, boolean scaled, double limit) {
        /** No terms: gradients and parameters are used unchanged. */
        public static final Terms NONE = new Terms(false, false, false, false, Double.POSITIVE_INFINITY);
    }

    /**
     * A range of elements that share a group.
     *
     * @param from the first element
     * @param count the number of elements
     * @param group the number of the group
     */
    public record Run(long from, long count, int group) {}

    /**
     * Creates the operation; the list is copied.
     *
     * @param optimizer the formula
     * @param terms what happens before the formula
     * @param runs the groups as ranges of elements, for backends that update one range at a time
     */
    public OptimizerStep {
        runs = List.copyOf(runs);
    }

    /**
     * {@return the ranges of equal groups, without frozen ones}
     *
     * @param groups one byte for every {@value #GROUP_ELEMENTS} elements
     */
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
     * @param optimizer the optimizer
     * @param step the step, counted from 1
     * @param rate the learning rate of this step for this group
     * @param momentum the momentum of this step
     * @param decay the weight decay of this group
     * @param l1 the factor of the penalty |p|
     * @param l2 the factor of the penalty p * p / 2
     * @param target where to write
     * @param at the index of the first coefficient in {@code target}
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

    /**
     * {@return the whole formula, whose inputs are numbered: parameter 0, gradient 1, the state, a group's coefficients,
     * the scale}
     */
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

    /** {@return the number of inputs of the {@link #formula}} */
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

    /** The operations of the formula for every parameter that is not frozen. */
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
