package schuss.conformance;

import java.util.List;
import schuss.DType;
import schuss.ops.Accumulate;
import schuss.ops.Accuracy;
import schuss.ops.Blend;
import schuss.ops.ExpectFinite;
import schuss.ops.Guard;

/** What goes on beside the network: right answers, totals, moving averages, and the guard over the update. */
final class BookkeepingCases {
    private static final int LARGE = 40_009;
    private static final double INF = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;

    private BookkeepingCases() {}

    static void add(List<OpCase> cases) {
        answersAndTotals(cases);
        guards(cases);
    }

    private static void answersAndTotals(List<OpCase> cases) {
        for (int[] size : new int[][] {{1, 1}, {5, 3}, {128, 10}, {4001, 10}, {37, 1031}}) {
            Operand wild = Operand.of(DType.I32, r -> r.nextInt(size[1] + 4) - 2, size[0]);
            for (Operand labels : List.of(Operand.labels(size[1], size[0]), wild)) {
                cases.add(
                        OpCase.of(new Accuracy(), Operand.normal(size), labels).bitForBit());
                Operand ties = Operand.of(r -> r.nextInt(3), size);
                cases.add(OpCase.of(new Accuracy(), ties, labels).bitForBit());
                Operand broken = Operand.among(new double[] {0, 1, 2, 3, 4, INF, -INF, NAN}, size);
                cases.add(OpCase.of(new Accuracy(), broken, labels).bitForBit());
            }
        }
        for (int n : new int[] {1, 3, 1001, LARGE}) {
            for (int flag : new int[] {0, 1}) {
                Operand totals = Operand.of(DType.F64, r -> r.nextInt(100), 4);
                Operand stop = Operand.of(DType.I32, r -> flag);
                cases.add(OpCase.of(new Accumulate(2, 1), Operand.integers(n), totals, stop)
                        .bitForBit());
                cases.add(OpCase.of(new Accumulate(3, 1), Operand.normal(n), totals, stop));
                for (double weight : new double[] {0.1, 0.75, 1}) {
                    cases.add(OpCase.of(new Blend(weight), Operand.normal(n), Operand.normal(n), stop));
                }
                cases.add(OpCase.of(new Blend(0.5), Operand.integers(n), Operand.integers(n), stop)
                        .bitForBit());
            }
        }
        cases.add(OpCase.of(
                new Accumulate(0, 1),
                Operand.integers(7, 3),
                Operand.of(DType.F64, r -> 1, 1),
                Operand.of(DType.I32, r -> 0)));
        for (int[] size : new int[][] {{1, 2}, {7, 3}, {128, 31}, {5, 1033}, {3, 4, 5}}) {
            int columns = size[size.length - 1];
            for (int flag : new int[] {0, 1}) {
                Operand totals = Operand.of(DType.F64, r -> r.nextInt(100), columns + 3);
                Operand stop = Operand.of(DType.I32, r -> flag);
                cases.add(OpCase.of(new Accumulate(2, columns), Operand.integers(size), totals, stop)
                        .bitForBit());
                cases.add(OpCase.of(new Accumulate(0, columns), Operand.normal(size), totals, stop));
            }
        }
    }

    private static void guards(List<OpCase> cases) {
        for (int n : new int[] {64, 128, 4096, 4160, 40_000}) {
            for (int flag : new int[] {0, 1}) { // once raised it stays
                Operand stop = Operand.of(DType.I32, r -> flag);
                cases.add(OpCase.of(new Guard(), Operand.normal(), Operand.normal(n), stop));
                for (double loss : new double[] {INF, -INF, NAN, 3e38}) {
                    cases.add(OpCase.of(new Guard(), Operand.constant(loss), Operand.normal(n), stop));
                }
            }
            Operand low = Operand.of(DType.I32, r -> 0);
            cases.add(OpCase.of(new ExpectFinite(), low, Operand.constant(3e38, n)));
            Operand loss = Operand.normal();
            // squares that overflow or underflow f32 while the norm does not
            cases.add(OpCase.of(new Guard(), loss, Operand.constant(1e30, n), low));
            cases.add(OpCase.of(new Guard(), loss, Operand.constant(1e-30, n), low));
            cases.add(OpCase.of(new Guard(), loss, Operand.constant(0, n), low));
            for (double bad : new double[] {INF, -INF, NAN}) {
                for (int at : new int[] {0, n / 2, n - 1}) {
                    int[] next = {0};
                    Operand spoilt = Operand.of(r -> next[0]++ % n == at ? bad : r.nextGaussian(), n);
                    cases.add(OpCase.of(new Guard(), loss, spoilt, low));
                    cases.add(OpCase.of(new ExpectFinite(), low, Operand.normal(7), spoilt, Operand.normal(1)));
                }
            }
        }
    }
}
