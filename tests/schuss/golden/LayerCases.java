package schuss.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import schuss.DType;
import schuss.Device;
import schuss.Shape;
import schuss.Spec;
import schuss.backend.Computation;
import schuss.initializers.Initializer;
import schuss.layers.BatchNorm;
import schuss.layers.Conv2d;
import schuss.layers.Elu;
import schuss.layers.Gelu;
import schuss.layers.Layer;
import schuss.layers.LayerNorm;
import schuss.layers.LeakyRelu;
import schuss.layers.LogSoftmax;
import schuss.layers.Padding;
import schuss.layers.Selu;
import schuss.layers.Silu;
import schuss.layers.Softplus;
import schuss.layers.Tanh;
import schuss.losses.Huber;
import schuss.losses.SmoothL1;
import schuss.ops.Expression;
import schuss.trace.Trace;

/** Layers forward, and those of PyTorch backward too; what has no layer of its own is composed. */
final class LayerCases {
    private LayerCases() {}

    static void add(Map<String, GoldenTest.Check> checks) {
        forward(checks, "onnx.test_elu_example", new Elu(2));
        forward(
                checks,
                "onnx.test_selu_example",
                (scope, x) -> new Elu(2).forward(scope, x).mul(3));
        forward(checks, "onnx.test_leakyrelu_example", new LeakyRelu(0.100000001));
        forward(checks, "onnx.test_softplus_example", new Softplus());
        forward(checks, "onnx.test_tanh_example", new Tanh());
        forward(checks, "onnx.test_logsoftmax_example_1", new LogSoftmax());
        forward(
                checks,
                "onnx.test_hardsigmoid_example",
                map(e -> e.mul(0.5).add(0.600000024).max(Expression.constant(0)).min(Expression.constant(1))));
        forward(checks, "onnx.test_softsign_example", map(e -> e.div(e.abs().add(1))));
        forward(checks, "onnx.test_thresholdedrelu_example", map(e -> e.mul(e.greater(Expression.constant(2)))));

        checks.put("keras.attention_dot", LayerCases::attention);
        checks.put(
                "pytorch113.conv2d",
                (c, device) ->
                        convolution(c, device, new Conv2d(2, 3).withStride(2).withPadding(Padding.of(1))));
        checks.put(
                "pytorch113.conv2d_depthwise_dilated",
                (c, device) -> convolution(
                        c,
                        device,
                        Conv2d.depthwise(3)
                                .withDilation(2)
                                .withPadding(Padding.of(2))
                                .withoutBias()));
        checks.put("onnx.test_batchnorm_example_training_mode", LayerCases::batchNorm);
        checks.put("pytorch113.batch_norm_train", (c, device) -> normalization(c, device, new BatchNorm()));
        checks.put("pytorch113.layer_norm", (c, device) -> normalization(c, device, new LayerNorm()));
        checks.put("pytorch113.gelu_tanh_and_erf", (c, device) -> summed(c, device, new Gelu(), new Gelu(true)));
        checks.put("pytorch113.activations", LayerCases::activations);
        checks.put("pytorch113.huber_smoothl1", LayerCases::huber);
    }

    private static Layer map(UnaryOperator<Expression> function) {
        return (scope, x) -> x.map(function);
    }

    private static void compare(GoldenCase c, Device device, JsonNode expected, double[] actual, String what) {
        double[] numbers = Numbers.of(expected);
        // single precision: up to a hundred roundings of the largest number, as for PyTorchTest
        c.compare(numbers, actual, GoldenCase.singleRounding(device, numbers, 100), device + ", " + what);
    }

    private static void forward(Map<String, GoldenTest.Check> checks, String id, Layer layer) {
        checks.put(id, (c, device) -> {
            double[] x = Numbers.of(c.input("x"));
            Shape shape = Numbers.shape(c.input("x"));
            shape = shape.rank() == 1 ? shape.prepend(1) : shape;
            compare(
                    c,
                    device,
                    c.expected().get("y"),
                    Experiment.of(layer, shape, x).forward(device),
                    "y");
        });
    }

    /** softmax(q k') v: queries are the input, keys and values stand for parameters. */
    private static void attention(GoldenCase c, Device device) {
        Layer dot = (scope, q) -> q.matmul(scope.weight("k", Shape.of(2, 2), Initializer.zeros()))
                .softmax()
                .matmul(scope.weight("v", Shape.of(2, 2), Initializer.zeros()));
        Shape shape = Numbers.shape(c.input("q"));
        double[] y = Experiment.of(dot, shape, Numbers.of(c.input("q")))
                .with("k", Numbers.transpose(Numbers.of(c.input("k")), shape, 1, 0))
                .with("v", Numbers.of(c.input("v")))
                .forward(device);
        compare(c, device, c.expected(), y, "output");
    }

    /** Channels in front of height and width; running averages with the batch's variance of n, where ours is of n - 1. */
    private static void batchNorm(GoldenCase c, Device device) {
        Shape first = Numbers.shape(c.input("x"));
        Shape shape = Shape.of(first.dim(0), first.dim(2), first.dim(3), first.dim(1));
        double[] mean = Numbers.of(c.input("mean"));
        double[] variance = Numbers.of(c.input("var"));
        Experiment experiment = new Experiment(
                new BatchNorm(),
                new Spec("input", DType.F32, shape),
                Numbers.transpose(Numbers.of(c.input("x")), first, 0, 2, 3, 1),
                Map.of("scale", Numbers.of(c.input("s")), "shift", Numbers.of(c.input("bias"))),
                Map.of("running_mean", mean, "running_variance", variance),
                true);
        double[] y = Numbers.transpose(experiment.forward(device), shape, 0, 3, 1, 2);
        compare(c, device, c.expected().get("y"), y, "y");
        Map<String, double[]> after = experiment.statesAfter(device, shape);
        compare(c, device, c.expected().get("output_mean"), after.get("running_mean"), "mean");
        double n = shape.size() / (double) mean.length;
        double[] ofN = after.get("running_variance").clone();
        Arrays.setAll(ofN, i -> 0.9 * variance[i] + (ofN[i] - 0.9 * variance[i]) * (n - 1) / n);
        compare(c, device, c.expected().get("output_var"), ofN, "variance");
    }

    // PyTorch: outputs, and the gradients of sum(output * (1 .. n) / 10)

    /** The file's images and kernels have their channels in front of height and width. */
    private static void convolution(GoldenCase c, Device device, Layer layer) {
        Shape x = Numbers.shape(c.input("x"));
        Shape w = Numbers.shape(c.input("w")); // (out, in / groups, height, width)
        Shape in = Shape.of(x.dim(0), x.dim(2), x.dim(3), x.dim(1));
        Experiment experiment = Experiment.of(layer, in, Numbers.transpose(Numbers.of(c.input("x")), x, 0, 2, 3, 1))
                .with("weight", Numbers.transpose(Numbers.of(c.input("w")), w, 2, 3, 1, 0));
        if (c.hasInput("b")) {
            experiment = experiment.with("bias", Numbers.of(c.input("b")));
        }
        Shape first = Numbers.shape(c.expected().get("output"));
        Shape y = Shape.of(first.dim(0), first.dim(2), first.dim(3), first.dim(1));
        double[] output = Numbers.transpose(experiment.forward(device), y, 0, 3, 1, 2);
        compare(c, device, c.expected().get("output"), output, "output");
        double[] dy = Numbers.transpose(Numbers.tenths(output.length), first, 0, 2, 3, 1);
        Map<String, double[]> gradients = experiment.backward(device, y, dy);
        JsonNode expected = c.expected().get("grads");
        double[] dx = Numbers.transpose(gradients.get(Computation.INPUT_GRADIENT), in, 0, 3, 1, 2);
        compare(c, device, expected.get("x"), dx, "gradient of x");
        Shape weight = Shape.of(w.dim(2), w.dim(3), w.dim(1), w.dim(0));
        double[] dw = Numbers.transpose(gradients.get("weight"), weight, 3, 2, 0, 1);
        compare(c, device, expected.get("w"), dw, "gradient of w");
        if (c.hasInput("b")) {
            compare(c, device, expected.get("b"), gradients.get("bias"), "gradient of b");
        }
    }

    private static void normalization(GoldenCase c, Device device, Layer layer) {
        Shape shape = Numbers.shape(c.input("x"));
        Experiment experiment = Experiment.of(layer, shape, Numbers.of(c.input("x")))
                .with("scale", Numbers.of(c.input("w")))
                .with("shift", Numbers.of(c.input("b")));
        if (layer instanceof BatchNorm) {
            double[] any = new double[shape.dim(-1)];
            experiment = experiment.withState("running_mean", any).withState("running_variance", any);
        }
        double[] y = experiment.forward(device);
        compare(c, device, c.expected().get("output"), y, "output");
        Map<String, double[]> gradients = experiment.backward(device, shape, Numbers.tenths(y.length));
        JsonNode expected = c.expected().get("grads");
        compare(c, device, expected.get("x"), gradients.get(Computation.INPUT_GRADIENT), "gradient of x");
        compare(c, device, expected.get("w"), gradients.get("scale"), "gradient of scale");
        compare(c, device, expected.get("b"), gradients.get("shift"), "gradient of shift");
    }

    /** Several layers on one input, whose outputs follow each other: gradients add up. */
    private static void summed(GoldenCase c, Device device, Layer... layers) {
        double[] x = Numbers.of(c.input("x"));
        double[] expected = Numbers.of(c.expected().get("output"));
        double[] weights = Numbers.tenths(expected.length);
        double[] y = new double[expected.length];
        double[] dx = new double[x.length];
        Shape shape = Shape.of(1, x.length);
        for (int i = 0; i < layers.length; i++) {
            Experiment experiment = Experiment.of(layers[i], shape, x);
            System.arraycopy(experiment.forward(device), 0, y, i * x.length, x.length);
            double[] dy = Arrays.copyOfRange(weights, i * x.length, (i + 1) * x.length);
            double[] part = experiment.backward(device, shape, dy).get(Computation.INPUT_GRADIENT);
            Arrays.setAll(dx, at -> dx[at] + part[at]);
        }
        compare(c, device, c.expected().get("output"), y, "output");
        compare(c, device, c.expected().get("grads").get("x"), dx, "gradient");
    }

    private static void activations(GoldenCase c, Device device) {
        Layer mish = map(e -> e.mul(e.apply(schuss.ops.Function1.SOFTPLUS).tanh()));
        Layer hardSwish =
                map(e -> e.mul(e.div(6).add(0.5).max(Expression.constant(0)).min(Expression.constant(1))));
        summed(c, device, new Silu(), mish, new Softplus(), new Elu(1), new Selu(), hardSwish, new LeakyRelu(0.01));
    }

    /** Both losses against targets of 0, each a mean, weighted by 1 and 2 tenths. */
    private static void huber(GoldenCase c, Device device) {
        double[] x = Numbers.of(c.input("x"));
        Shape shape = Shape.of(1, x.length);
        Spec target = new Spec("target", DType.F32, shape);
        Experiment same = Experiment.of((scope, y) -> y, shape, x);
        double[] zeros = new double[x.length];
        Map<String, double[]> huber = same.gradients(device, new Huber(0.5), target, zeros, null);
        Map<String, double[]> smooth = same.gradients(device, new SmoothL1(0.5), target, zeros, null);
        double[] losses = {huber.get(Trace.LOSS)[0], smooth.get(Trace.LOSS)[0]};
        compare(c, device, c.expected().get("output"), losses, "losses");
        double[] dx = new double[x.length];
        Arrays.setAll(
                dx, i -> huber.get(Computation.INPUT_GRADIENT)[i] / 10 + smooth.get(Computation.INPUT_GRADIENT)[i] / 5);
        compare(c, device, c.expected().get("grads").get("x"), dx, "gradient");
    }
}
