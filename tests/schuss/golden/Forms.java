package schuss.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import schuss.layers.AvgPool1d;
import schuss.layers.AvgPool2d;
import schuss.layers.BatchNorm;
import schuss.layers.Concatenate;
import schuss.layers.Conv1d;
import schuss.layers.Conv2d;
import schuss.layers.ConvTranspose2d;
import schuss.layers.Dense;
import schuss.layers.Elu;
import schuss.layers.Embedding;
import schuss.layers.Gelu;
import schuss.layers.GlobalAveragePool;
import schuss.layers.GlobalMaxPool;
import schuss.layers.GroupNorm;
import schuss.layers.HardSigmoid;
import schuss.layers.Layer;
import schuss.layers.LayerNorm;
import schuss.layers.LeakyRelu;
import schuss.layers.LogSoftmax;
import schuss.layers.MaxPool1d;
import schuss.layers.MaxPool2d;
import schuss.layers.Maxout;
import schuss.layers.PRelu;
import schuss.layers.Padding;
import schuss.layers.Relu;
import schuss.layers.Residual;
import schuss.layers.Selu;
import schuss.layers.Sequential;
import schuss.layers.Sigmoid;
import schuss.layers.Silu;
import schuss.layers.Softmax;
import schuss.layers.Softplus;
import schuss.layers.Tanh;
import schuss.losses.BinaryCrossEntropy;
import schuss.losses.Hinge;
import schuss.losses.Huber;
import schuss.losses.KullbackLeibler;
import schuss.losses.Loss;
import schuss.losses.MeanAbsoluteError;
import schuss.losses.MeanSquaredError;
import schuss.losses.MeanSquaredLogarithmicError;
import schuss.losses.NegativeLogLikelihood;
import schuss.losses.SmoothL1;
import schuss.losses.SoftTargetCrossEntropy;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.losses.SquaredHinge;
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
            case "conv1d" -> conv1d(form);
            case "conv2d" -> conv2d(form);
            case "conv_transpose2d" -> convTranspose2d(form);
            case "max_pool" -> maxPool(form);
            case "average_pool" -> averagePool(form);
            case "global_average_pool" -> new GlobalAveragePool();
            case "global_max_pool" -> new GlobalMaxPool();
            case "batch_norm" -> {
                BatchNorm norm = new BatchNorm();
                norm = form.has("momentum") ? norm.withMomentum(number(form, "momentum")) : norm;
                yield form.has("epsilon") ? norm.withEpsilon(number(form, "epsilon")) : norm;
            }
            case "layer_norm" -> {
                LayerNorm norm = new LayerNorm();
                yield form.has("epsilon") ? norm.withEpsilon(number(form, "epsilon")) : norm;
            }
            case "group_norm" -> {
                GroupNorm norm = new GroupNorm(form.get("groups").asInt());
                yield form.has("epsilon") ? norm.withEpsilon(number(form, "epsilon")) : norm;
            }
            case "embedding" ->
                new Embedding(form.get("count").asInt(), form.get("size").asInt());
            case "maxout" ->
                new Maxout(form.get("units").asInt(), form.get("pieces").asInt());
            case "prelu" -> new PRelu();
            case "sequential" -> Sequential.of(layers(form));
            case "concatenate" -> Concatenate.of(layers(form));
            case "residual" ->
                form.has("shortcut")
                        ? new Residual(layer(form.get("inner")), layer(form.get("shortcut")))
                        : new Residual(layer(form.get("inner")));
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
            case "slice" ->
                x.slice(
                        form.get("axis").asInt(),
                        form.get("begin").asInt(),
                        form.get("end").asInt());
            case "pad" -> x.pad(integers(form.get("before")), integers(form.get("after")));
            case "transpose" -> x.transpose(integers(form.get("axes")));
            case "sum" -> x.sum(integers(form.get("axes")));
            case "mean" -> x.mean(integers(form.get("axes")));
            case "max" -> x.max(integers(form.get("axes")));
            case "min" -> x.min(integers(form.get("axes")));
            default -> throw new IllegalArgumentException("no form " + form);
        };
    }

    private static Conv2d conv2d(JsonNode form) {
        int[] kernel = integers(form.get("kernel"));
        int[] stride = pair(form, "stride");
        int[] dilation = pair(form, "dilation");
        Conv2d conv = form.has("depthwise")
                ? Conv2d.depthwise(form.get("filters").asInt(), kernel[0], kernel[1])
                : new Conv2d(form.get("filters").asInt(), kernel[0], kernel[1])
                        .withGroups(form.path("groups").asInt(1));
        conv = conv.withStride(stride[0], stride[1])
                .withDilation(dilation[0], dilation[1])
                .withPadding(padding(form, Padding.same()));
        return bias(form) ? conv : conv.withoutBias();
    }

    private static Conv1d conv1d(JsonNode form) {
        return new Conv1d(form.get("filters").asInt(), form.get("kernel").asInt())
                .withStride(form.path("stride").asInt(1))
                .withDilation(form.path("dilation").asInt(1))
                .withGroups(form.path("groups").asInt(1))
                .withPadding(padding(form, Padding.same()));
    }

    private static ConvTranspose2d convTranspose2d(JsonNode form) {
        ConvTranspose2d conv = new ConvTranspose2d(
                        form.get("filters").asInt(), form.get("kernel").asInt())
                .withStride(form.path("stride").asInt(1))
                .withDilation(form.path("dilation").asInt(1))
                .withGroups(form.path("groups").asInt(1))
                .withOutputPadding(form.path("output_padding").asInt(0))
                .withPadding(padding(form, Padding.valid()));
        return bias(form) ? conv : conv.withoutBias();
    }

    private static Layer maxPool(JsonNode form) {
        int[] kernel = integers(form.get("kernel"));
        int[] stride = form.has("stride") ? integers(form.get("stride")) : kernel;
        Padding padding = padding(form, Padding.valid());
        return kernel.length == 1
                ? new MaxPool1d(kernel[0]).withStride(stride[0]).withPadding(padding)
                : new MaxPool2d(kernel[0], kernel[1])
                        .withStride(stride[0], stride[1])
                        .withPadding(padding);
    }

    private static Layer averagePool(JsonNode form) {
        int[] kernel = integers(form.get("kernel"));
        int[] stride = form.has("stride") ? integers(form.get("stride")) : kernel;
        Padding padding = padding(form, Padding.valid());
        if (kernel.length == 1) {
            return new AvgPool1d(kernel[0]).withStride(stride[0]).withPadding(padding);
        }
        AvgPool2d pool = new AvgPool2d(kernel[0], kernel[1])
                .withStride(stride[0], stride[1])
                .withPadding(padding);
        return form.has("count_padding") ? pool.withPaddingCounted() : pool;
    }

    private static Padding padding(JsonNode form, Padding standard) {
        JsonNode padding = form.get("padding");
        if (padding == null) {
            return standard;
        }
        if (padding.isTextual()) {
            return padding.asText().equals("same") ? Padding.same() : Padding.valid();
        }
        if (padding.isInt()) {
            return Padding.of(padding.asInt());
        }
        int[] sides = integers(padding);
        return Padding.of(sides[0], sides[1], sides[2], sides[3]);
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
