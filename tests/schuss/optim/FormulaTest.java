package schuss.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import schuss.ops.Expression;

/** Optimisers against their papers' recursions, followed step by step in double. */
class FormulaTest {
    private static final double ROUNDING = 0x1p-48; // a few roundings of a double

    /** The parameter after each of some steps, with gradients {@code g(t)}; evaluated in double. */
    private static double[] run(Optimizer optimizer, int steps, DoubleUnaryOperator g) {
        int states = optimizer.state().size();
        Expression[] state = new Expression[states];
        Arrays.setAll(state, i -> Expression.input(2 + i));
        Expression[] c = new Expression[Optimizer.COEFFICIENTS];
        Arrays.setAll(c, i -> Expression.input(2 + states + i));
        Optimizer.Update formula = optimizer.update(Expression.input(0), Expression.input(1), state, c);
        double[] values = new double[2 + states + c.length];
        double[] parameters = new double[steps];
        values[0] = 1;
        for (int t = 1; t <= steps; t++) {
            double[] coefficients = new double[c.length];
            optimizer.coefficients(t, optimizer.learningRate(), optimizer.momentum(), coefficients, 0);
            for (int i = 0; i < c.length; i++) {
                values[2 + states + i] = coefficients[i];
            }
            values[1] = g.applyAsDouble(t);
            double[] next = new double[1 + states];
            next[0] = formula.parameter().evaluate(values);
            for (int i = 0; i < states; i++) {
                next[1 + i] = formula.state().get(i).evaluate(values);
            }
            values[0] = next[0];
            System.arraycopy(next, 1, values, 2, states);
            parameters[t - 1] = values[0];
        }
        return parameters;
    }

    private static double gradient(double t) {
        return Math.sin(t) + 0.3;
    }

    private static void compare(double[] expected, double[] actual, double rate) {
        for (int i = 0; i < expected.length; i++) { // every step is about a rate long
            assertEquals(expected[i], actual[i], ROUNDING * (1 + rate) * (i + 1), "step " + (i + 1));
        }
    }

    /** The mean gradient, the mean square, and what a variant makes of them in step t. */
    private interface Step {
        double of(int t, double g, double m, double v);
    }

    private static double[] moments(int steps, double beta1, double beta2, Step step) {
        double p = 1;
        double m = 0;
        double v = 0;
        double[] parameters = new double[steps];
        for (int t = 1; t <= steps; t++) {
            double g = gradient(t);
            m = beta1 * m + (1 - beta1) * g;
            v = beta2 * v + (1 - beta2) * g * g;
            p -= step.of(t, g, m, v);
            parameters[t - 1] = p;
        }
        return parameters;
    }

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;

    @Test
    void nadamWithARunningProduct() {
        for (double psi : new double[] {0.004, 1, 0}) {
            double[] product = {1};
            double[] expected = moments(400, BETA1, BETA2, (t, g, m, v) -> {
                double mu = 0.9 * (1 - 0.5 * Math.pow(0.96, t * psi));
                double next = 0.9 * (1 - 0.5 * Math.pow(0.96, (t + 1) * psi));
                product[0] *= mu;
                double along = next * m / (1 - product[0] * next) + (1 - mu) * g / (1 - product[0]);
                return 0.1 * along / (Math.sqrt(v / (1 - Math.pow(BETA2, t))) + 1e-8);
            });
            compare(expected, run(new NAdam(0.1).withMomentumDecay(psi), 400, FormulaTest::gradient), 0.1);
        }
    }

    @Test
    void nadamsProductAtAnyStep() {
        NAdam optimizer = new NAdam();
        double product = 1;
        for (int t = 1; t <= 900; t++) {
            product *= 0.9 * (1 - 0.5 * Math.pow(0.96, t * 0.004));
            assertEquals(product, optimizer.product(t), 1e-11 * product, "step " + t);
        }
    }

    @Test
    void radam() {
        double longest = 2 / (1 - BETA2) - 1;
        double[] expected = moments(400, BETA1, BETA2, (t, g, m, v) -> {
            double power = Math.pow(BETA2, t);
            double length = longest - 2 * t * power / (1 - power);
            double mean = m / (1 - Math.pow(BETA1, t));
            if (length <= 5) {
                return 0.1 * mean;
            }
            double r = Math.sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
            return 0.1 * mean * r * Math.sqrt(1 - power) / (Math.sqrt(v) + 1e-8);
        });
        compare(expected, run(new RAdam(0.1), 400, FormulaTest::gradient), 0.1);
    }

    @Test
    void formsOfAdam() {
        compare(
                moments(200, BETA1, BETA2, (t, g, m, v) -> 0.1 * m / (Math.sqrt(v) + 1e-8)),
                run(new Adam(0.1).withoutBiasCorrection(), 200, FormulaTest::gradient),
                1); // longer steps at first
        Step hat = (t, g, m, v) ->
                0.1 * Math.sqrt(1 - Math.pow(BETA2, t)) / (1 - Math.pow(BETA1, t)) * m / (Math.sqrt(v) + 0.1);
        compare(
                moments(200, BETA1, BETA2, hat),
                run(new Adam(0.1).withEpsilonHat().withEpsilon(0.1), 200, FormulaTest::gradient),
                0.1);
        double[] largest = {0};
        Step amsGrad = (t, g, m, v) -> {
            largest[0] = Math.max(largest[0], v);
            double root = Math.sqrt(largest[0] / (1 - Math.pow(BETA2, t)));
            return 0.1 * m / (1 - Math.pow(BETA1, t)) / (root + 1e-8);
        };
        compare(moments(200, BETA1, BETA2, amsGrad), run(new Adam(0.1).withAmsGrad(), 200, FormulaTest::gradient), 0.1);
    }

    /** Sizes grow by 1.2 while the sign stays, shrink by half when it changes, and then the step is left out. */
    @Test
    void rprop() {
        double[] g = {1, 2, 0.1, -5, -1, -1};
        double[] moves = {-0.1, -0.12, -0.144, 0, 0.072, 0.0864};
        double p = 1;
        double[] actual = run(new Rprop(0.1), g.length, t -> g[(int) t - 1]);
        for (int i = 0; i < g.length; i++) {
            p += moves[i];
            assertEquals(p, actual[i], 1e-15, "step " + (i + 1));
        }
    }
}
