package schuss.conformance;

import java.util.List;
import java.util.stream.IntStream;
import schuss.ops.Expression;
import schuss.ops.FusedMatMul;
import schuss.ops.MatMul;
import schuss.ops.Op;

/** Cases of matrix products of stacks, whose axes in front of the matrices broadcast. */
final class StackCases {
    private static final Expression A = Expression.input(0);

    /** The axes in front of a, and those in front of b. */
    private static final int[][][] STACKS = {
        {{1}, {1}},
        {{3}, {3}},
        {{3}, {}}, // one b for all
        {{}, {3}}, // one a for all
        {{3}, {1}},
        {{1}, {5}},
        {{2, 3}, {2, 3}},
        {{2, 3}, {3}},
        {{2, 3}, {2, 1}},
        {{2, 3}, {1, 1}},
        {{2, 1}, {1, 3}}, // each a with each b
        {{1, 3}, {2, 1}},
        {{2, 1, 3}, {5, 1}},
        {{2, 1, 3}, {1, 5, 1}},
        {{2, 3, 1, 2}, {3, 5, 1}},
        {{1, 1, 7}, {7}},
        {{13}, {13}},
    };

    /** m, k, n. */
    private static final int[][] SIZES = {{1, 1, 1}, {1, 7, 5}, {5, 1, 3}, {2, 3, 4}, {17, 31, 13}};

    private StackCases() {}

    static void add(List<OpCase> cases) {
        for (boolean transposeA : new boolean[] {false, true}) {
            for (boolean transposeB : new boolean[] {false, true}) {
                Op op = new MatMul(transposeA, transposeB);
                for (int[][] stacks : STACKS) {
                    for (int[] size : SIZES) {
                        cases.add(exact(op, stacks, size));
                    }
                }
                // beyond a block of the libraries, and enough for two threads
                cases.add(exact(op, new int[][] {{5}, {5}}, new int[] {67, 101, 53}));
                cases.add(exact(op, new int[][] {{2, 3}, {3}}, new int[] {65, 33, 129}));
                cases.add(exact(op, new int[][] {{2, 3, 2}, {1, 3, 1}}, new int[] {31, 257, 40}));
                cases.add(exact(op, new int[][] {{2}, {}}, new int[] {129, 257, 65}));
                cases.add(exact(op, new int[][] {{101}, {101}}, new int[] {1, 64, 37}));
                int[][] heads = {{3, 4}, {3, 4}};
                cases.add(OpCase.of(op, normal(heads[0], 25, 16, transposeA), normal(heads[1], 16, 25, transposeB)));
                int[][] shared = {{3, 4}, {1, 4}};
                cases.add(OpCase.of(op, normal(shared[0], 50, 32, transposeA), normal(shared[1], 32, 50, transposeB)));
            }
        }
        for (Expression activation : List.of(A, A.relu())) {
            for (boolean bias : new boolean[] {false, true}) {
                for (int[][] stacks : new int[][][] {{{3}, {3}}, {{2, 3}, {}}, {{2, 1}, {3}}}) {
                    Op op = new FusedMatMul(new MatMul(false, false), bias, activation);
                    OpCase plain = exact(new MatMul(false, false), stacks, new int[] {33, 31, 37});
                    Operand[] inputs = plain.inputs().toArray(Operand[]::new);
                    Operand[] all = bias ? new Operand[] {inputs[0], inputs[1], Operand.integers(37)} : inputs;
                    cases.add(OpCase.of(op, all).bitForBit());
                }
            }
        }
    }

    private static OpCase exact(Op op, int[][] stacks, int[] size) {
        MatMul product = (MatMul) op;
        Operand a = Operand.integers(matrices(stacks[0], size[0], size[1], product.transposeA()));
        Operand b = Operand.integers(matrices(stacks[1], size[1], size[2], product.transposeB()));
        return OpCase.of(op, a, b).bitForBit();
    }

    private static Operand normal(int[] stack, int rows, int columns, boolean transposed) {
        return Operand.normal(matrices(stack, rows, columns, transposed));
    }

    private static int[] matrices(int[] stack, int rows, int columns, boolean transposed) {
        IntStream matrix = transposed ? IntStream.of(columns, rows) : IntStream.of(rows, columns);
        return IntStream.concat(IntStream.of(stack), matrix).toArray();
    }
}
