package schuss.conformance;

import java.util.ArrayList;
import java.util.List;
import schuss.DType;
import schuss.ops.MaxNorm;
import schuss.optim.OptimizerStep;

/** Cases of max-norm: one unit, blocks of units and a rest, several weights, limits that none, some or all exceed. */
final class MaxNormCases {
    private MaxNormCases() {}

    static void add(List<OpCase> cases) {
        int[][][] shapes = {
            {{1, 1}}, {{7, 1}}, {{1, 7}}, {{5, 3}, {64, 64}}, {{13, 67}, {3, 130}}, {{300, 257}}, {{800, 10}, {10, 1}}
        };
        for (int[][] weights : shapes) {
            for (double share : new double[] {0.5, 1, 2}) {
                for (int flag : new int[] {0, 1}) {
                    cases.add(of(weights, share, flag));
                }
            }
        }
        for (double size : new double[] {1e25, 1e-25}) { // squares that f32 cannot hold
            MaxNorm op = new MaxNorm(List.of(new MaxNorm.Part(0, 40, 3, size)));
            cases.add(OpCase.of(op, Operand.constant(size, 120), Operand.of(DType.I32, r -> 0)));
        }
    }

    /** Normal weights, whose columns have norms of about the root of their length. */
    private static OpCase of(int[][] weights, double share, int flag) {
        List<MaxNorm.Part> parts = new ArrayList<>();
        long at = 0;
        for (int[] weight : weights) {
            parts.add(new MaxNorm.Part(at, weight[0], weight[1], share * Math.sqrt(weight[0])));
            long groups =
                    ((long) weight[0] * weight[1] + OptimizerStep.GROUP_ELEMENTS - 1) / OptimizerStep.GROUP_ELEMENTS;
            at += groups * OptimizerStep.GROUP_ELEMENTS;
        }
        return OpCase.of(new MaxNorm(parts), Operand.normal((int) at), Operand.of(DType.I32, r -> flag));
    }
}
