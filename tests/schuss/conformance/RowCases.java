package schuss.conformance;

import java.util.List;
import java.util.Random;
import schuss.DType;
import schuss.ops.CopyRows;
import schuss.ops.ExpectFiniteRows;
import schuss.ops.GroupRows;
import schuss.ops.PutRows;

/** Ops on the rows of a large table of which only some are used. */
final class RowCases {
    private static final double[] NOT_FINITE = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

    private RowCases() {}

    static void add(List<OpCase> cases) {
        // rows of the table, numbers of a row, rows used, more of them
        for (int[] way :
                new int[][] {{1, 1, 1, 63}, {7, 3, 20, 44}, {5000, 16, 320, 0}, {3, 257, 9, 55}, {900, 40, 5000, 8}}) {
            int rows = way[0];
            int size = way[1];
            int used = way[2];
            Operand right = Operand.labels(rows, used);
            Operand wild = Operand.of(DType.I32, r -> r.nextInt(rows + 4) - 2, used);
            Operand far = Operand.of(DType.I32, Random::nextInt, used);
            Operand one = Operand.of(DType.I32, r -> rows - 1, used);
            GroupRows group = new GroupRows(rows, used + way[3]);
            for (Operand indices : List.of(right, wild, far, one)) {
                cases.add(
                        OpCase.of(group, Operand.integers(used, size), indices).bitForBit());
                cases.add(OpCase.of(group, Operand.normal(used, size), indices));
                cases.add(OpCase.of(new PutRows(), Operand.normal(rows, size), indices, Operand.constant(7, used, size))
                        .bitForBit());
            }
            int[] next = {0};
            Operand apart = Operand.of(DType.I32, r -> next[0]++ % used * 3 - 1, used);
            cases.add(
                    OpCase.of(new PutRows(), Operand.normal(rows, size), apart, Operand.normal((used + way[3]) * size))
                            .bitForBit());
            marks(cases, rows, size);
        }
    }

    private static void marks(List<OpCase> cases, int rows, int size) {
        for (double share : new double[] {0, 0.1, 1}) {
            Operand marks = Operand.of(r -> r.nextDouble() < share ? 1 : 0, rows);
            Operand table = Operand.normal(rows, size);
            cases.add(OpCase.of(new CopyRows(), table, Operand.normal(rows, size), marks)
                    .bitForBit());
            cases.add(OpCase.of(new CopyRows(), Operand.normal(rows * size + 64), table, marks)
                    .bitForBit());
            for (double bad : NOT_FINITE) {
                Operand low = Operand.of(DType.I32, r -> 0);
                cases.add(OpCase.of(new ExpectFiniteRows(), table, marks, low));
                cases.add(OpCase.of(new ExpectFiniteRows(), Operand.constant(3e38, rows, size), marks, low));
                int[] next = {0};
                Operand spoilt = Operand.of(r -> next[0]++ % (rows * size) == (rows - 1) * size ? bad : 1, rows, size);
                cases.add(OpCase.of(new ExpectFiniteRows(), spoilt, marks, low));
            }
        }
    }
}
