package schuss.backend.reference;

import java.util.Arrays;
import schuss.DType;
import schuss.Philox;
import schuss.Shape;
import schuss.ops.Accumulate;
import schuss.ops.Blend;
import schuss.ops.BroadcastTo;
import schuss.ops.Cast;
import schuss.ops.Constant;
import schuss.ops.Dropout;
import schuss.ops.Fill;
import schuss.ops.FusedMatMul;
import schuss.ops.FusedProduct;
import schuss.ops.Guard;
import schuss.ops.Iota;
import schuss.ops.LogSoftmax;
import schuss.ops.MatMul;
import schuss.ops.Matches;
import schuss.ops.Pointwise;
import schuss.ops.Reduce;
import schuss.ops.Softmax;
import schuss.ops.Type;
import schuss.optim.MaxNorm;
import schuss.optim.Optimizer;
import schuss.optim.OptimizerStep;

/** The loops of the ops. x are the inputs, y the outputs. */
final class ReferenceOps {
    private ReferenceOps() {}

    static void register(ReferenceBackend backend) {
        backend.loop(Pointwise.class, ReferenceOps::pointwise);
        backend.loop(Cast.class, (op, x, y) -> cast(x[0], y[0]));
        backend.loop(Iota.class, ReferenceOps::iota);
        backend.loop(MatMul.class, ReferenceOps::matMul);
        backend.loop(FusedMatMul.class, ReferenceOps::fusedMatMul);
        backend.loop(BroadcastTo.class, ReferenceOps::broadcastTo);
        backend.loop(Fill.class, (op, x, y) -> fill(y[0], op.value()));
        backend.loop(Constant.class, (op, x, y) -> {
            for (int i = 0; i < y[0].size(); i++) {
                y[0].set(i, op.value().get(i));
            }
        });
        backend.loop(Reduce.class, ReferenceOps::reduce);
        backend.loop(Softmax.class, (op, x, y) -> softmax(x[0], y[0], false));
        backend.loop(LogSoftmax.class, (op, x, y) -> softmax(x[0], y[0], true));
        backend.loop(Dropout.class, ReferenceOps::dropout);
        backend.loop(Matches.class, ReferenceOps::matches);
        backend.loop(Accumulate.class, ReferenceOps::accumulate);
        backend.loop(Blend.class, ReferenceOps::blend);
        backend.loop(Guard.class, ReferenceOps::guard);
        backend.loop(OptimizerStep.class, ReferenceOps::optimizerStep);
        backend.loop(MaxNorm.class, ReferenceOps::maxNorm);
    }

    private static void pointwise(Pointwise op, Array[] x, Array[] y) {
        double[] values = new double[x.length];
        for (int i = 0; i < y[0].size(); i++) {
            for (int k = 0; k < x.length; k++) {
                values[k] = x[k].get(x[k].broadcastIndex(i, y[0].shape()));
            }
            y[0].set(i, lowestBits(op.expression().evaluate(values), y[0].type().dtype()));
        }
    }

    /** What an integer type keeps of a whole number. */
    private static double lowestBits(double value, DType type) {
        return switch (type) {
            case U8 -> (long) value & 0xff;
            case I32 -> (int) (long) value;
            default -> value;
        };
    }

    /** As {@link Cast} says; Java converts to int and long as XLA does. */
    private static void cast(Array x, Array y) {
        boolean fromWhole = x.type().dtype().isInteger();
        for (int i = 0; i < y.size(); i++) {
            double value = x.get(i);
            y.set(
                    i,
                    switch (y.type().dtype()) {
                        case BOOL -> value != 0 ? 1 : 0;
                        case U8 -> fromWhole ? (long) value & 0xff : Math.max(0, Math.min((int) value, 255));
                        case I32 -> fromWhole ? (int) (long) value : (int) value;
                        case I64 -> (long) value;
                        default -> value; // bf16 is rounded as every result is
                    });
        }
    }

    private static void iota(Iota op, Array[] x, Array[] y) {
        long inner = 1;
        for (int axis = op.axis() + 1; axis < op.shape().rank(); axis++) {
            inner *= op.shape().dim(axis);
        }
        for (int i = 0; i < y[0].size(); i++) {
            y[0].set(i, i / inner % op.shape().dim(op.axis()));
        }
    }

    private static void broadcastTo(BroadcastTo op, Array[] x, Array[] y) {
        for (int i = 0; i < y[0].size(); i++) {
            y[0].set(i, x[0].get(x[0].broadcastIndex(i, op.shape())));
        }
    }

    static void fill(Array y, double value) {
        for (int i = 0; i < y.size(); i++) {
            y.set(i, value);
        }
    }

    private static void matMul(MatMul op, Array[] x, Array[] y) {
        Shape stack = stack(y[0].shape());
        for (int i = 0; i < stack.size(); i++) {
            matMul(op, matrix(x[0], i, stack), matrix(x[1], i, stack), matrix(y[0], i, stack));
        }
    }

    /** The axes in front of the matrices. */
    private static Shape stack(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.dimensions(), shape.rank() - 2));
    }

    /** The matrix that broadcasting the axes in front to {@code target} puts at a position there. */
    private static Array matrix(Array x, int position, Shape target) {
        DType dtype = x.type().dtype();
        Shape shape = Shape.of(x.shape().dim(-2), x.shape().dim(-1));
        Array stack = new Array(x.elements(), x.offset(), new Type(dtype, stack(x.shape())));
        int index = stack.broadcastIndex(position, target) * Math.toIntExact(shape.size());
        return new Array(x.elements(), x.offset() + index, new Type(dtype, shape));
    }

    private static void matMul(MatMul op, Array a, Array b, Array y) {
        int rows = y.shape().dim(0);
        int columns = y.shape().dim(1);
        int inner = op.inner(a.shape());
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                double sum = 0;
                for (int k = 0; k < inner; k++) {
                    sum += a.get(op.transposeA() ? k * rows + i : i * inner + k)
                            * b.get(op.transposeB() ? j * inner + k : k * columns + j);
                }
                y.set(i * columns + j, sum);
            }
        }
    }

    private static void fusedMatMul(FusedMatMul op, Array[] x, Array[] y) {
        matMul(op.product(), x, y);
        epilogue(op, x, y);
    }

    /** Bias and activation of a product. */
    static void epilogue(FusedProduct op, Array[] x, Array[] y) {
        int columns = y[0].shape().dim(-1);
        for (int i = 0; i < y[0].size(); i++) {
            double sum = y[0].get(i) + (op.bias() ? x[2].get(i % columns) : 0);
            y[0].set(i, op.activation().evaluate(sum));
        }
    }

    private static void reduce(Reduce op, Array[] x, Array[] y) {
        Shape kept = x[0].shape(); // the output's shape with the summed axes as 1
        for (int axis : op.axes()) {
            kept = kept.with(axis, 1);
        }
        Array sums =
                new Array(y[0].elements(), y[0].offset(), new Type(y[0].type().dtype(), kept));
        fill(y[0], 0);
        for (int i = 0; i < x[0].size(); i++) {
            sums.add(sums.broadcastIndex(i, x[0].shape()), x[0].get(i));
        }
        for (int i = 0; i < y[0].size(); i++) {
            y[0].set(i, y[0].get(i) * op.scale());
        }
    }

    private static void softmax(Array x, Array y, boolean log) {
        int columns = x.shape().dim(-1);
        for (int row = 0; row < x.size(); row += columns) {
            double max = max(x, row, columns);
            double logSum = logSumExp(x, row, columns, max);
            for (int j = row; j < row + columns; j++) {
                double logProbability = x.get(j) - max - logSum;
                y.set(j, log ? logProbability : Math.exp(logProbability));
            }
        }
    }

    static double max(Array x, int from, int columns) {
        double max = Double.NEGATIVE_INFINITY;
        for (int j = from; j < from + columns; j++) {
            max = Math.max(max, x.get(j));
        }
        return max;
    }

    /** log(sum(exp(x - max))) of one row. The maximum stays apart: beside a large one the logarithm would be lost. */
    static double logSumExp(Array x, int from, int columns, double max) {
        double sum = 0;
        for (int j = from; j < from + columns; j++) {
            sum += Math.exp(x.get(j) - max);
        }
        return Math.log(sum);
    }

    private static void dropout(Dropout op, Array[] x, Array[] y) {
        Philox random = new Philox((long) x[1].get(0), op.stream(), (int) x[1].get(1));
        long channels = op.channels(x[0].shape());
        for (int i = 0; i < y[0].size(); i++) {
            long group = i / (channels * op.shared());
            boolean kept = random.uniform(group * channels + i % channels) >= (float) op.rate();
            y[0].set(i, kept ? x[0].get(i) * op.scale() : 0);
        }
    }

    private static void matches(Matches op, Array[] x, Array[] y) {
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
                x[1].add(op.index(), x[0].get(i));
            }
        }
    }

    private static void blend(Blend op, Array[] x, Array[] y) {
        for (int i = 0; i < x[0].size() && x[2].get(0) == 0; i++) {
            double old = x[1].get(i);
            x[1].set(i, op.weight() == 1 ? x[0].get(i) : old + op.weight() * (x[0].get(i) - old));
        }
    }

    private static void guard(Guard op, Array[] x, Array[] y) {
        double sum = 0;
        for (int i = 0; i < x[1].size(); i++) {
            sum += x[1].get(i) * x[1].get(i);
        }
        y[0].set(0, Math.sqrt(sum));
        if (!Double.isFinite(x[0].get(0)) || !Double.isFinite(sum)) {
            x[2].set(0, 1);
        }
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
