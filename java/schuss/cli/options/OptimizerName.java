package schuss.cli.options;

import schuss.optim.Adadelta;
import schuss.optim.Adagrad;
import schuss.optim.Adam;
import schuss.optim.AdamW;
import schuss.optim.Adamax;
import schuss.optim.Lion;
import schuss.optim.Momentum;
import schuss.optim.NAdam;
import schuss.optim.Optimizer;
import schuss.optim.RAdam;
import schuss.optim.RmsProp;
import schuss.optim.Rprop;
import schuss.optim.Sgd;

/** The optimisers that the command line knows, each with its default learning rate. */
public enum OptimizerName {
    ADAM(1e-3, (rate, decay) -> new Adam(rate).withWeightDecay(decay)),
    ADAMW(1e-3, (rate, decay) -> new AdamW(rate).withWeightDecay(decay)),
    ADAMAX(2e-3, (rate, decay) -> new Adamax(rate).withWeightDecay(decay)),
    SGD(0.1, (rate, decay) -> new Sgd(rate).withWeightDecay(decay)),
    MOMENTUM(0.01, (rate, decay) -> new Momentum(rate, 0.9).withWeightDecay(decay)),
    NESTEROV(
            0.01,
            (rate, decay) ->
                    new Momentum(rate, 0.9).withForm(Momentum.Form.NESTEROV).withWeightDecay(decay)),
    ADAGRAD(0.01, (rate, decay) -> new Adagrad(rate).withWeightDecay(decay)),
    ADADELTA(1, (rate, decay) -> new Adadelta(rate).withWeightDecay(decay)),
    RMSPROP(1e-3, (rate, decay) -> new RmsProp(rate).withWeightDecay(decay)),
    NADAM(2e-3, (rate, decay) -> new NAdam(rate).withWeightDecay(decay)),
    RADAM(1e-3, (rate, decay) -> new RAdam(rate).withWeightDecay(decay)),
    RPROP(1e-2, OptimizerName::rprop),
    LION(1e-4, (rate, decay) -> new Lion(rate).withWeightDecay(decay));

    private final double rate;
    private final Maker maker;

    private interface Maker {
        Optimizer make(double rate, double decay);
    }

    OptimizerName(double rate, Maker maker) {
        this.rate = rate;
        this.maker = maker;
    }

    private static Optimizer rprop(double rate, double decay) {
        if (decay > 0) {
            throw new BadInput(
                    "--weight-decay: expected 0 with rprop, whose steps depend on signs alone, got " + decay);
        }
        return new Rprop(rate);
    }

    double rate() {
        return rate;
    }

    Optimizer optimizer(double learningRate, double weightDecay) {
        return maker.make(learningRate, weightDecay);
    }

    /** Accepts the names of optimisers. */
    static final class Name extends Convert.Name<OptimizerName> {
        Name() {
            super(OptimizerName.class);
        }
    }
}
