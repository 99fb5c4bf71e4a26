package schuss.conformance;

import java.util.ArrayList;
import java.util.List;
import schuss.DType;
import schuss.optim.Adadelta;
import schuss.optim.Adagrad;
import schuss.optim.Adam;
import schuss.optim.AdamW;
import schuss.optim.Adamax;
import schuss.optim.Lion;
import schuss.optim.Momentum;
import schuss.optim.NAdam;
import schuss.optim.Optimizer;
import schuss.optim.OptimizerStep;
import schuss.optim.OptimizerStep.Terms;
import schuss.optim.RAdam;
import schuss.optim.RmsProp;
import schuss.optim.Rprop;
import schuss.optim.Sgd;

/** Cases of the update: every optimiser, every term, groups that alternate, are one, or are frozen. */
final class OptimizerCases {
    private static final double NO_LIMIT = Double.POSITIVE_INFINITY;
    private static final double L1 = 0.01;
    private static final int FROZEN = OptimizerStep.FROZEN;

    private OptimizerCases() {}

    static void add(List<OpCase> cases) {
        Optimizer[] all = {
            new Sgd(0.1),
            new Sgd(0.1).withWeightDecay(0.01),
            new Momentum(0.1, 0.9),
            new Momentum(0.1, 0.9).withWeightDecay(0.01),
            new Momentum(0.1, 0.9).withForm(Momentum.Form.AVERAGED),
            new Momentum(0.1, 0.9).withForm(Momentum.Form.NESTEROV).withWeightDecay(0.01),
            new Adagrad(0.1).withWeightDecay(0.01),
            new Adagrad(0.1).withInitial(0.1),
            new Adadelta().withWeightDecay(0.01),
            new RmsProp(0.1).withWeightDecay(0.01),
            new RmsProp(0.1).withCentring().withMomentum(0.9),
            new RmsProp(0.1).withCentring().withEpsilonInside(),
            new AdamW(1e-3),
            new AdamW(1e-3).withAmsGrad(),
            new Adamax(1e-3).withWeightDecay(0.01),
            new Lion(1e-3).withWeightDecay(0.1),
            new Adam(1e-3),
            new Adam(1e-3).withBetas(0.8, 0.95).withEpsilon(1e-3).withWeightDecay(0.1),
            new Adam(1e-3).withAmsGrad(),
            new Adam(1e-3).withEpsilonHat(),
            new Adam(1e-3).withoutBiasCorrection(),
            new NAdam(1e-3).withWeightDecay(0.01),
            new RAdam(1e-3),
            new Rprop(0.01),
            new RootMeanSquare(0.1, 0.9, 0.01),
        };
        int[][] tables = {{0}, {1}, {0, 0, 1}, {0, 1, FROZEN, FROZEN, 0, 1}, new int[40_000 / 64]};
        for (Optimizer optimizer : all) {
            boolean shrink = optimizer.decoupled();
            boolean l2 = !shrink && optimizer.weightDecay() != 0;
            for (int[] table : tables) {
                for (int flag : new int[] {0, 1}) {
                    for (long step : new long[] {1, 1000}) {
                        Terms terms = new Terms(l2, false, shrink, false, NO_LIMIT);
                        cases.add(of(optimizer, terms, table, step, flag));
                    }
                }
                cases.add(of(optimizer, new Terms(l2, true, shrink, false, NO_LIMIT), table, 3, 0));
                cases.add(of(optimizer, new Terms(l2, false, shrink, true, NO_LIMIT), table, 3, 0));
                cases.add(of(optimizer, new Terms(l2, true, shrink, true, 0.5), table, 3, 0));
            }
        }
    }

    private static OpCase of(Optimizer optimizer, Terms terms, int[] table, long step, int flag) {
        int n = OptimizerStep.GROUP_ELEMENTS * table.length;
        byte[] groups = new byte[table.length];
        for (int i = 0; i < table.length; i++) {
            groups[i] = (byte) table[i];
        }
        List<Operand> inputs = new ArrayList<>(List.of(Operand.normal(n), Operand.normal(n)));
        for (int i = 0; i < optimizer.state().size(); i++) {
            inputs.add(Operand.positive(n)); // a second moment is
        }
        int[] nextGroup = {0};
        inputs.add(Operand.of(DType.U8, r -> table[nextGroup[0]++ % table.length], table.length));
        int own = OptimizerStep.GROUP_COEFFICIENTS;
        double[] c = new double[2 * own];
        double rate = optimizer.learningRate();
        double l1 = terms.l1() ? L1 : 0;
        OptimizerStep.coefficients(optimizer, step, rate, optimizer.momentum(), optimizer.weightDecay(), l1, 0, c, 0);
        OptimizerStep.coefficients(optimizer, step, rate / 2, optimizer.momentum(), 0, 0, 0, c, own);
        int[] next = {0};
        inputs.add(Operand.of(r -> (float) c[next[0]++ % c.length], 2, own));
        inputs.add(Operand.of(DType.I32, r -> flag));
        if (terms.scaled()) {
            inputs.add(Operand.constant(0.3));
        }
        return OpCase.of(
                new OptimizerStep(optimizer, terms, OptimizerStep.runs(groups)), inputs.toArray(Operand[]::new));
    }
}
