package schuss.conformance;

import java.util.List;
import schuss.ops.Expression;
import schuss.optim.Optimizer;

/** An optimiser of a user's own, which no backend has a kernel for: its formula is interpreted. */
record RootMeanSquare(double learningRate, double share, double weightDecay) implements Optimizer {
    @Override
    public List<String> state() {
        return List.of("square");
    }

    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        Expression square = state[0].mul(share).add(g.square().mul(1 - share));
        return new Update(p.sub(c[0].mul(g).div(square.sqrt().add(1e-6))), square);
    }

    @Override
    public void coefficients(long step, double rate, double momentum, double[] target, int at) {
        target[at] = rate;
    }
}
