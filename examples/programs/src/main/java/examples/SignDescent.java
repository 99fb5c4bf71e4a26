package examples;

import java.util.List;
import schuss.ops.Expression;
import schuss.ops.Function1;
import schuss.optim.Optimizer;

// snippet: optimizer
/** A step of one size for every parameter: p = p - rate * sign(g). */
public record SignDescent(double learningRate) implements Optimizer {
    @Override
    public double weightDecay() {
        return 0;
    }

    @Override
    public List<String> state() {
        return List.of();
    }

    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        return new Update(p.sub(c[0].mul(g.apply(Function1.SIGN))));
    }

    @Override
    public void coefficients(long step, double rate, double momentum, double[] c, int at) {
        c[at] = rate;
    }
}
// end
