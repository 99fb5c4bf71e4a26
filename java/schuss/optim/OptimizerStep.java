package schuss.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import schuss.ops.Op;
import schuss.ops.Type;

/**
 * One step of an optimiser over all parameters at once. Inputs, each the whole of its kind in one piece: parameters,
 * gradients, one per state of the optimiser, then the group of every 64 elements (u8), the coefficients of every group
 * (f32), and the guard's flag, which stops it.
 *
 * @param optimizer the formula
 * @param runs the same groups as ranges, for backends that take one range at a time
 */
public record OptimizerStep(Optimizer optimizer, List<Run> runs) implements Op {
    /** How many consecutive elements share a group. */
    public static final int GROUP_ELEMENTS = 64;

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
            runs.add(new Run((long) from * GROUP_ELEMENTS, (long) (to - from) * GROUP_ELEMENTS, groups[from]));
        }
        return runs;
    }

    @Override
    public String name() {
        return "Update " + optimizer.getClass().getSimpleName();
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        int states = optimizer.state().size();
        expect(inputs.size() == 5 + states, (5 + states) + " inputs", inputs.size());
        long n = inputs.get(0).shape().size();
        expect(
                n % GROUP_ELEMENTS == 0
                        && IntStream.range(1, 2 + states)
                                .allMatch(i -> inputs.get(i).shape().size() == n),
                "whole groups, one size of parameters, gradients and state",
                inputs);
        return List.of();
    }

    @Override
    public List<Integer> mutates() {
        return IntStream.range(0, 2 + optimizer.state().size())
                .filter(i -> i != 1)
                .boxed()
                .toList();
    }
}
