package schuss.conformance;

import static schuss.conformance.ErrorAnalysis.UNIT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import schuss.DType;
import schuss.Shape;
import schuss.ir.Step;
import schuss.ops.Accumulate;
import schuss.ops.Accuracy;
import schuss.ops.AveragePool;
import schuss.ops.Blend;
import schuss.ops.BroadcastTo;
import schuss.ops.Cast;
import schuss.ops.Constant;
import schuss.ops.Convolution;
import schuss.ops.CopyRows;
import schuss.ops.CrossEntropy;
import schuss.ops.Dropout;
import schuss.ops.ExpectFinite;
import schuss.ops.ExpectFiniteRows;
import schuss.ops.Expression;
import schuss.ops.Fill;
import schuss.ops.FusedProduct;
import schuss.ops.GroupRows;
import schuss.ops.Guard;
import schuss.ops.Iota;
import schuss.ops.LogSoftmax;
import schuss.ops.MatMul;
import schuss.ops.MaxNorm;
import schuss.ops.Op;
import schuss.ops.Pointwise;
import schuss.ops.PoolWindow;
import schuss.ops.PutRows;
import schuss.ops.Reduce;
import schuss.ops.Reshape;
import schuss.ops.Softmax;
import schuss.optim.Optimizer;
import schuss.optim.OptimizerStep;

/**
 * How far a single-precision result may be from the reference's, element by element. Sums of K terms may be off by c *
 * eps * sqrt(K) * sum|terms|, the sum of |terms| being the reference's own; everything elementwise by what {@link
 * ErrorAnalysis} finds.
 */
final class Bounds {
    /**
     * c for sums, with eps the 2^-24 of one rounding. K roundings of at most eps * sum|terms| each that are independent
     * come to about sqrt(K) of one; four times that leaves room for the unlucky element of a large matrix, and is far
     * below the K * eps of a sum that lost a term.
     */
    static final double SUM = 4;

    /**
     * Elementary functions of a row of softmax: exp within 3 ulp of a rounded difference, the division and its rounding.
     */
    private static final double SOFTMAX = 12;

    /** What a library may add to an activation in its epilogue: oneDNN promises 2e-6 for tanh and the logistic. */
    private static final double EPILOGUE = 2e-6;

    /** A sum in double of single-precision numbers. */
    private static final double DOUBLE_SUM = 1e-15;

    /** An ulp of bf16, relative: what is rounded from either side of the middle may come to the one or the other. */
    private static final double COARSE = 0x1p-7;

    private static final double TINY = 0x1p-140;

    private final Machine reference;

    Bounds(Machine reference) {
        this.reference = reference;
    }

    /**
     * Allowed errors of the outputs and then of the changed inputs.
     *
     * @param y what the reference came to
     */
    double[][] of(Step step, double[][] x, double[][] y) {
        if (step.op() instanceof Pointwise op) {
            return new double[][] {pointwise(op, step, x, y[0])};
        }
        double[][] bounds = relative(step, x, y);
        for (double[] bound : bounds) { // of what is not finite: no room, it must be the same
            Arrays.setAll(bound, i -> Double.isFinite(bound[i]) ? bound[i] : 0);
        }
        return bounds;
    }

    /** Bounds that are a share of something: not finite where that is not. */
    private double[][] relative(Step step, double[][] x, double[][] y) {
        if (step.op() instanceof MatMul
                || step.op() instanceof Convolution
                || step.op() instanceof Convolution.DataGradient
                || step.op() instanceof Convolution.WeightGradient) {
            return new double[][] {product(step.op(), step, x)};
        } else if (step.op() instanceof FusedProduct op) {
            return new double[][] {fused(op, step, x)};
        } else if (step.op() instanceof Reduce op) {
            return new double[][] {reduce(op, step, x)};
        } else if (step.op() instanceof Softmax) {
            return new double[][] {softmax(step, x[0], y[0])};
        } else if (step.op() instanceof LogSoftmax) {
            return new double[][] {logSoftmax(step, x[0], y[0])};
        } else if (step.op() instanceof CrossEntropy op) {
            return CrossEntropyBounds.forward(op, step, x, y);
        } else if (step.op() instanceof CrossEntropy.Gradient op) {
            return new double[][] {CrossEntropyBounds.backward(op, step, x)};
        } else if (step.op() instanceof Dropout) {
            return new double[][] {relative(2, y[0])}; // the scale rounded, and the product
        } else if (step.op() instanceof Accumulate op) {
            return new double[][] {accumulate(op, x, y[0])};
        } else if (step.op() instanceof Blend op) {
            return new double[][] {blend(op, x, y[0])};
        } else if (step.op() instanceof Guard) {
            // K squares of one sign: sqrt(K) * eps of their sum, half of it for the root
            return new double[][] {relative(SUM * Math.sqrt(x[1].length), y[0]), new double[1]};
        } else if (step.op() instanceof ExpectFinite || step.op() instanceof ExpectFiniteRows) {
            return new double[][] {new double[1]};
        } else if (step.op() instanceof GroupRows op) {
            return new double[][] {ShapeBounds.groupRows(op, x, y[1]), new double[op.count()]};
        } else if (step.op() instanceof OptimizerStep op) {
            return optimizer(op, x);
        } else if (step.op() instanceof MaxNorm) {
            // norms are made in double: the factor rounds, and the product
            return new double[][] {relative(3, y[0])};
        } else if (step.op() instanceof Cast || step.op() instanceof Constant || step.op() instanceof Iota) {
            return new double[][] {new double[y[0].length]};
        } else if (step.op() instanceof Fill) {
            return new double[][] {relative(1, y[0])}; // the number rounded to f32
        } else if (step.op() instanceof AveragePool op) {
            return new double[][] {averagePool(step, op.window(), x)};
        } else if (step.op() instanceof AveragePool.Gradient op) {
            return new double[][] {averagePool(step, op.window(), x)};
        } else if (step.op() instanceof BroadcastTo
                || step.op() instanceof Reshape
                || step.op() instanceof Accuracy
                || step.op() instanceof PutRows
                || step.op() instanceof CopyRows) {
            return new double[][] {new double[y[0].length]};
        } else if (ShapeBounds.covers(step.op())) {
            return new double[][] {ShapeBounds.of(step, x, y[0])};
        }
        double[][] normalization = NormalizationBounds.of(step, x, y);
        if (normalization != null) {
            return normalization;
        }
        throw new IllegalArgumentException("no error bound for " + step.op().getClass());
    }

    private static double[] relative(double roundings, double[] y) {
        return Arrays.stream(y).map(v -> roundings * UNIT * Math.abs(v) + TINY).toArray();
    }

    private static double[] pointwise(Pointwise op, Step step, double[][] x, double[] y) {
        if (op.inIntegers(step.inputTypes())) {
            return new double[y.length];
        }
        boolean coarse = step.outputs().get(0).dtype() == DType.BF16;
        Shape shape = step.outputs().get(0).shape();
        double[] errors = new double[Math.toIntExact(shape.size())];
        double[] values = new double[x.length];
        double[] exact = new double[x.length];
        for (int i = 0; i < errors.length; i++) {
            for (int k = 0; k < x.length; k++) {
                values[k] = x[k][broadcastIndex(step.inputs().get(k).shape(), i, shape)];
            }
            errors[i] = slack(ErrorAnalysis.of(op.expression(), values, exact).error());
            errors[i] += coarse && errors[i] > 0 ? COARSE * Math.abs(y[i]) : 0;
        }
        return errors;
    }

    /** Errors of second order, which the analysis leaves out: a tenth is plenty. 0 stays 0. */
    private static double slack(double error) {
        return 1.1 * error;
    }

    private static int broadcastIndex(Shape shape, int index, Shape target) {
        int result = 0;
        int stride = 1;
        for (int axis = 1; axis <= shape.rank(); axis++) {
            result += shape.dim(-axis) == 1 ? 0 : index % target.dim(-axis) * stride;
            index /= target.dim(-axis);
            stride *= shape.dim(-axis);
        }
        return result;
    }

    private static double[] absolute(double[] x) {
        return Arrays.stream(x).map(Math::abs).toArray();
    }

    /** A sum of products: as the reference sums their magnitudes, by how many there are. */
    private double[] product(Op op, Step step, double[][] x) {
        double[] sums = plain(op, step, new double[][] {absolute(x[0]), absolute(x[1])});
        double factor = SUM * UNIT * Math.sqrt((double) terms(op, step));
        return Arrays.stream(sums).map(s -> factor * s + TINY).toArray();
    }

    /** What the reference makes of a product of the step's first two inputs. */
    private double[] plain(Op op, Step step, double[][] x) {
        Steps steps = new Steps();
        steps.apply(
                op, step.inputTypes().subList(0, 2).stream().map(steps::input).toList());
        return reference.run(steps.steps().get(0), new double[][] {x[0], x[1]})[0];
    }

    /** The most products that an element sums. */
    private static long terms(Op op, Step step) {
        Shape a = step.inputs().get(0).shape();
        Shape b = step.inputs().get(1).shape();
        if (op instanceof MatMul product) {
            return product.inner(a);
        } else if (op instanceof Convolution) {
            return b.size() / b.dim(3);
        } else if (op instanceof Convolution.DataGradient gradient) {
            return b.size() / b.dim(2) / gradient.of().groups();
        } else if (op instanceof Convolution.WeightGradient) {
            return b.size() / b.dim(3);
        }
        throw new IllegalArgumentException("no product: " + op);
    }

    private double[] fused(FusedProduct op, Step step, double[][] x) {
        double[] sums = plain(op.product(), step, x);
        if (op.bias()) {
            Arrays.setAll(sums, i -> sums[i] + x[2][i % x[2].length]);
        }
        double[] errors = product(op.product(), step, x);
        boolean none = op.activation().equals(Expression.input(0));
        boolean cheap = none || !(op.activation() instanceof Expression.Unary) || isRelu(op.activation());
        for (int i = 0; i < errors.length; i++) {
            double before = errors[i] + (op.bias() ? 2 * UNIT * Math.abs(sums[i]) : 0);
            ErrorAnalysis after = ErrorAnalysis.of(op.activation(), new double[] {sums[i]}, new double[] {before});
            errors[i] = slack(after.error()) + (cheap ? 0 : EPILOGUE * Math.abs(after.value()));
        }
        return errors;
    }

    private static boolean isRelu(Expression e) {
        return e.equals(Expression.input(0).relu());
    }

    private double[] reduce(Reduce op, Step step, double[][] x) {
        Steps steps = new Steps();
        steps.apply(
                new Reduce(op.axes(), 1), List.of(steps.input(step.inputTypes().get(0))));
        double[] sums = reference.run(steps.steps().get(0), new double[][] {absolute(x[0])})[0];
        double terms = (double) x[0].length / sums.length;
        // the terms' additions, the rounding of the scale and of the product with it
        double factor = SUM * UNIT * Math.sqrt(terms) + (op.scale() == 1 ? 0 : 2 * UNIT);
        return Arrays.stream(sums)
                .map(s -> factor * Math.abs(op.scale()) * s + TINY)
                .toArray();
    }

    /** Means and their gradients: the sum of a window's terms at most, each times a rounded share. */
    private double[] averagePool(Step step, PoolWindow window, double[][] x) {
        double[] sums = reference.run(step, new double[][] {absolute(x[0])})[0];
        double factor = SUM * UNIT * Math.sqrt(window.size()) + 2 * UNIT;
        return Arrays.stream(sums).map(s -> factor * s + TINY).toArray();
    }

    private static double maximum(double[] x, int from, int count) {
        double maximum = Double.NEGATIVE_INFINITY;
        for (int i = from; i < from + count; i++) {
            maximum = Math.max(maximum, x[i]);
        }
        return maximum;
    }

    /** Absolute error of log(sum(exp(x - max))) of one row: of one sign, so sqrt(K) relative errors of the sum. */
    private static double logSumError(int columns, double logSum) {
        return UNIT * (SOFTMAX + SUM * Math.sqrt(columns) + 8 * Math.abs(logSum));
    }

    private static double[] softmax(Step step, double[] x, double[] y) {
        int columns = step.inputs().get(0).shape().dim(-1);
        double[] errors = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            double maximum = maximum(x, i / columns * columns, columns);
            // rounding x - max shifts the exponent by that much, which is relative in exp
            double relative = UNIT * (Math.abs(x[i] - maximum) + SOFTMAX + SUM * Math.sqrt(columns));
            errors[i] = y[i] == 0 ? TINY : relative * y[i] + TINY;
        }
        return errors;
    }

    private static double[] logSoftmax(Step step, double[] x, double[] y) {
        int columns = step.inputs().get(0).shape().dim(-1);
        double[] errors = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            double shifted = x[i] - maximum(x, i / columns * columns, columns);
            errors[i] = UNIT * (Math.abs(shifted) + Math.abs(y[i])) + logSumError(columns, shifted - y[i]);
        }
        return errors;
    }

    /** The difference, the weight as f32 and the product round the step, the sum rounds the result. */
    private static double[] blend(Blend op, double[][] x, double[] y) {
        double[] errors = new double[y.length];
        Arrays.setAll(
                errors,
                i -> UNIT * (3 * op.weight() * (Math.abs(x[0][i]) + Math.abs(x[1][i])) + Math.abs(y[i])) + TINY);
        return errors;
    }

    private static double[] accumulate(Accumulate op, double[][] x, double[] y) {
        double[] errors = new double[y.length];
        for (int i = 0; i < op.columns(); i++) {
            errors[op.index() + i] = Math.abs(x[1][op.index() + i]);
        }
        for (int i = 0; i < x[0].length; i++) {
            errors[op.index() + i % op.columns()] += Math.abs(x[0][i]);
        }
        for (int i = 0; i < op.columns(); i++) {
            errors[op.index() + i] *= DOUBLE_SUM * Math.sqrt((double) x[0].length / op.columns());
        }
        return errors;
    }

    /** The formula's analysis for the parameter and for each of its states. */
    private static double[][] optimizer(OptimizerStep op, double[][] x) {
        int states = op.optimizer().state().size();
        Optimizer.Update formula = op.formula();
        List<Expression> results = new ArrayList<>(List.of(formula.parameter()));
        results.addAll(formula.state());
        double[][] errors = new double[results.size()][x[0].length];
        if (x[4 + states][0] != 0) {
            return errors; // stopped: nothing may change
        }
        double[] values = new double[op.formulaInputs()];
        double[] exact = new double[values.length];
        if (op.terms().scaled()) {
            values[values.length - 1] = x[5 + states][0];
        }
        for (int i = 0; i < x[0].length; i++) {
            int group = (int) x[2 + states][i / OptimizerStep.GROUP_ELEMENTS];
            if (group == OptimizerStep.FROZEN) {
                continue; // neither may these
            }
            for (int k = 0; k < 2 + states; k++) {
                values[k] = x[k][i];
            }
            int own = OptimizerStep.GROUP_COEFFICIENTS;
            System.arraycopy(x[3 + states], group * own, values, 2 + states, own);
            for (int k = 0; k < results.size(); k++) {
                errors[k][i] =
                        slack(ErrorAnalysis.of(results.get(k), values, exact).error());
            }
        }
        return errors;
    }
}
