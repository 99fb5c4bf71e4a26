package schuss.backend.reference;

import schuss.ops.Accumulate;
import schuss.ops.Accuracy;
import schuss.ops.Constant;
import schuss.ops.ExpectFinite;
import schuss.ops.ExpectFiniteRows;
import schuss.ops.Guard;
import schuss.ops.MaxNorm;
import schuss.optim.Optimizer;
import schuss.optim.OptimizerStep;

/**
 * Kernels of the ops around a network's layers: constants, accuracy, totals, and the update. x are the inputs, y the
 * outputs.
 */
final class ReferenceBookkeeping {
    private ReferenceBookkeeping() {}

    static void register(ReferenceBackend backend) {
        backend.loop(Constant.class, (op, x, y) -> {
            for (int i = 0; i < y[0].size(); i++) {
                y[0].set(i, op.value().get(i));
            }
        });
        backend.loop(Accuracy.class, ReferenceBookkeeping::accuracy);
        backend.loop(Accumulate.class, ReferenceBookkeeping::accumulate);
        backend.loop(Guard.class, ReferenceBookkeeping::guard);
        backend.loop(ExpectFinite.class, ReferenceBookkeeping::expectFinite);
        backend.loop(ExpectFiniteRows.class, ReferenceBookkeeping::expectFiniteRows);
        backend.loop(OptimizerStep.class, ReferenceBookkeeping::optimizerStep);
        backend.loop(MaxNorm.class, ReferenceBookkeeping::maxNorm);
    }

    private static void accuracy(Accuracy op, Array[] x, Array[] y) {
        int classes = x[0].shape().dim(1);
        for (int i = 0; i < y[0].size(); i++) {
            int best = 0;
            boolean comparable = true;
            for (int j = 0; j < classes; j++) {
                comparable &= !Double.isNaN(x[0].get(i * classes + j));
                if (x[0].get(i * classes + j) > x[0].get(i * classes + best)) {
                    best = j;
                }
            }
            y[0].set(i, comparable && best == x[1].get(i) ? 1 : 0);
        }
    }

    private static void accumulate(Accumulate op, Array[] x, Array[] y) {
        if (x[2].get(0) == 0) {
            for (int i = 0; i < x[0].size(); i++) {
                x[1].add(op.index() + i % op.columns(), x[0].get(i));
            }
        }
    }

    private static void guard(Guard op, Array[] x, Array[] y) {
        double sum = 0;
        for (int i = 0; i < x[1].size(); i++) {
            sum += x[1].get(i) * x[1].get(i);
        }
        y[0].set(0, Math.sqrt(sum));
        if (!isFinite(x[0].get(0)) || !isFinite(y[0].get(0))) {
            x[2].set(0, 1);
        }
    }

    private static void expectFinite(ExpectFinite op, Array[] x, Array[] y) {
        for (int k = 1; k < x.length; k++) {
            for (int i = 0; i < x[k].size(); i++) {
                if (!isFinite(x[k].get(i))) {
                    x[0].set(0, 1);
                }
            }
        }
    }

    private static void expectFiniteRows(ExpectFiniteRows op, Array[] x, Array[] y) {
        int size = x[0].size() / x[1].size();
        for (int i = 0; i < x[0].size(); i++) {
            if (x[1].get(i / size) != 0 && !isFinite(x[0].get(i))) {
                x[2].set(0, 1);
            }
        }
    }

    /** Whether a number is finite as a single, which is what models are saved as and other devices compute in. */
    private static boolean isFinite(double number) {
        return Float.isFinite((float) number);
    }

    private static void maxNorm(MaxNorm op, Array[] x, Array[] y) {
        if (x[1].get(0) != 0) {
            return;
        }
        for (MaxNorm.Part part : op.parts()) {
            for (long unit = part.from(); unit < part.from() + part.units(); unit++) {
                double sum = 0;
                for (long i = 0; i < part.incoming(); i++) {
                    double w = x[0].get((int) (unit + i * part.units()));
                    sum += w * w;
                }
                double norm = Math.sqrt(sum);
                for (long i = 0; norm > part.limit() && i < part.incoming(); i++) {
                    int at = (int) (unit + i * part.units());
                    x[0].set(at, x[0].get(at) * part.limit() / norm);
                }
            }
        }
    }

    private static void optimizerStep(OptimizerStep op, Array[] x, Array[] y) {
        int states = op.optimizer().state().size();
        Array groups = x[2 + states];
        Array coefficients = x[3 + states];
        if (x[4 + states].get(0) != 0) {
            return;
        }
        Optimizer.Update formula = op.formula();
        double[] values = new double[op.formulaInputs()];
        double[] next = new double[1 + states];
        for (int i = 0; i < x[0].size(); i++) {
            int group = (int) groups.get(i / OptimizerStep.GROUP_ELEMENTS);
            if (group == OptimizerStep.FROZEN) {
                continue;
            }
            for (int k = 0; k < 2 + states; k++) {
                values[k] = x[k].get(i);
            }
            for (int k = 0; k < OptimizerStep.GROUP_COEFFICIENTS; k++) {
                values[2 + states + k] = coefficients.get(group * OptimizerStep.GROUP_COEFFICIENTS + k);
            }
            if (op.terms().scaled()) {
                values[values.length - 1] = x[5 + states].get(0);
            }
            next[0] = formula.parameter().evaluate(values);
            for (int k = 0; k < states; k++) {
                next[1 + k] = formula.state().get(k).evaluate(values);
            }
            x[0].set(i, next[0]);
            for (int k = 0; k < states; k++) {
                x[2 + k].set(i, next[1 + k]);
            }
        }
    }
}
