package schuss.golden;

import com.fasterxml.jackson.databind.JsonNode;
import schuss.optim.Adadelta;
import schuss.optim.Adagrad;
import schuss.optim.Adam;
import schuss.optim.AdamW;
import schuss.optim.Adamax;
import schuss.optim.Momentum;
import schuss.optim.NAdam;
import schuss.optim.Optimizer;
import schuss.optim.RAdam;
import schuss.optim.RmsProp;
import schuss.optim.Rprop;
import schuss.optim.Sgd;

/** Optimisers from their form in JSON: {"optimizer": "momentum", "rate": 0.1, "momentum": 0.9}. */
final class OptimizerForms {
    private OptimizerForms() {}

    static Optimizer optimizer(JsonNode form) {
        double rate = form.get("rate").asDouble();
        double decay = form.path("decay").asDouble(0);
        double[] betas = form.has("betas") ? Numbers.of(form.get("betas")) : new double[] {0.9, 0.999};
        double epsilon = form.path("epsilon").asDouble(1e-8);
        boolean amsGrad = form.path("amsgrad").asBoolean();
        return switch (form.get("optimizer").asText()) {
            case "sgd" -> new Sgd(rate).withWeightDecay(decay);
            case "momentum" ->
                new Momentum(rate, form.get("momentum").asDouble())
                        .withForm(form.has("nesterov") ? Momentum.Form.NESTEROV : Momentum.Form.CLASSICAL)
                        .withWeightDecay(decay);
            case "adam" -> {
                Adam adam = new Adam(rate).withBetas(betas[0], betas[1]).withEpsilon(epsilon);
                yield (amsGrad ? adam.withAmsGrad() : adam).withWeightDecay(decay);
            }
            case "adamw" -> {
                AdamW adam = new AdamW(rate).withBetas(betas[0], betas[1]).withEpsilon(epsilon);
                yield (amsGrad ? adam.withAmsGrad() : adam).withWeightDecay(decay);
            }
            case "nadam" ->
                new NAdam(rate)
                        .withBetas(betas[0], betas[1])
                        .withEpsilon(epsilon)
                        .withMomentumDecay(form.path("momentum_decay").asDouble(4e-3));
            case "radam" -> new RAdam(rate).withBetas(betas[0], betas[1]).withWeightDecay(decay);
            case "adamax" -> new Adamax(rate).withWeightDecay(decay);
            case "adagrad" ->
                new Adagrad(rate)
                        .withInitial(form.path("initial").asDouble(0))
                        .withEpsilon(form.path("epsilon").asDouble(1e-10))
                        .withWeightDecay(decay);
            case "adadelta" ->
                new Adadelta(rate)
                        .withRho(form.path("rho").asDouble(0.9))
                        .withEpsilon(form.path("epsilon").asDouble(1e-6))
                        .withWeightDecay(decay);
            case "rmsprop" -> {
                RmsProp rmsProp = new RmsProp(rate)
                        .withAlpha(form.path("alpha").asDouble(0.99))
                        .withEpsilon(epsilon)
                        .withMomentum(form.path("momentum").asDouble(0))
                        .withWeightDecay(decay);
                yield form.has("centred") ? rmsProp.withCentring() : rmsProp;
            }
            case "rprop" -> {
                double[] factors = form.has("factors") ? Numbers.of(form.get("factors")) : new double[] {0.5, 1.2};
                double[] sizes = form.has("sizes") ? Numbers.of(form.get("sizes")) : new double[] {1e-6, 50};
                yield new Rprop(rate).withFactors(factors[0], factors[1]).withSizes(sizes[0], sizes[1]);
            }
            default -> throw new IllegalArgumentException("no form " + form);
        };
    }
}
