package schuss.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import schuss.layers.*;
import schuss.losses.*;
import schuss.ops.Value;

/** Layers and losses from their form in JSON: {"layer": "conv2d", "filters": 5, "kernel": [3, 2]}. */
final class Forms {
    private Forms() {}

    static Layer layer(JsonNode form) {
        return switch (form.get("layer").asText()) {
            case "dense" -> {
                Dense dense = new Dense(form.get("units").asInt());
                yield bias(form) ? dense : dense.withoutBias();
            }
            case "sequential" -> Sequential.of(layers(form));
            case "relu" -> new Relu();
            case "leaky_relu" -> new LeakyRelu(number(form, "slope"));
            case "sigmoid" -> new Sigmoid();
            case "tanh" -> new Tanh();
            case "elu" -> new Elu(number(form, "alpha"));
            case "selu" -> new Selu();
            case "silu" -> new Silu();
            case "gelu" -> form.has("approximate") ? new Gelu(true) : new Gelu();
            case "softplus" -> new Softplus();
            case "hard_sigmoid" -> new HardSigmoid();
            case "softmax" -> new Softmax();
            case "log_softmax" -> new LogSoftmax();
            default -> (scope, x) -> value(form, x);
        };
    }

    /** What is no layer but a method of values. */
    private static Value value(JsonNode form, Value x) {
        return switch (form.get("layer").asText()) {
            case "sum" -> x.sum(integers(form.get("axes")));
            case "mean" -> x.mean(integers(form.get("axes")));
            default -> throw new IllegalArgumentException("no form " + form);
        };
    }

    static Loss loss(JsonNode form) {
        return switch (form.get("loss").asText()) {
            case "mse" -> new MeanSquaredError();
            case "mae" -> new MeanAbsoluteError();
            case "msle" -> new MeanSquaredLogarithmicError();
            case "huber" -> new Huber(number(form, "delta"));
            case "smooth_l1" -> new SmoothL1(number(form, "beta"));
            case "hinge" -> new Hinge();
            case "squared_hinge" -> new SquaredHinge();
            case "bce" -> new BinaryCrossEntropy();
            case "bce_probabilities" -> new BinaryCrossEntropy().fromProbabilities();
            case "kl" -> new KullbackLeibler();
            case "soft_cross_entropy" ->
                new SoftTargetCrossEntropy()
                        .withLabelSmoothing(form.path("smoothing").asDouble(0));
            case "cross_entropy" -> {
                SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy()
                        .withLabelSmoothing(form.path("smoothing").asDouble(0));
                loss = form.has("weights") ? loss.withClassWeights(Numbers.of(form.get("weights"))) : loss;
                yield form.has("ignored")
                        ? loss.withIgnoredLabel(form.get("ignored").asInt())
                        : loss;
            }
            case "nll" -> {
                NegativeLogLikelihood loss = new NegativeLogLikelihood();
                loss = form.has("weights") ? loss.withClassWeights(Numbers.of(form.get("weights"))) : loss;
                yield form.has("ignored")
                        ? loss.withIgnoredLabel(form.get("ignored").asInt())
                        : loss;
            }
            default -> throw new IllegalArgumentException("no form " + form);
        };
    }

    private static Layer[] layers(JsonNode form) {
        List<Layer> layers = new ArrayList<>();
        form.get("layers").forEach(inner -> layers.add(layer(inner)));
        return layers.toArray(Layer[]::new);
    }

    private static boolean bias(JsonNode form) {
        return form.path("bias").asBoolean(true);
    }

    private static double number(JsonNode form, String name) {
        return form.get(name).asDouble();
    }

    private static int[] integers(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
    }

    /** One number for both axes or one for each; 1 where there is none. */
    private static int[] pair(JsonNode form, String name) {
        JsonNode value = form.path(name);
        return value.isArray()
                ? integers(value)
                : IntStream.of(value.asInt(1), value.asInt(1)).toArray();
    }
}
