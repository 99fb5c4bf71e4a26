package schuss.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import schuss.DType;
import schuss.Device;
import schuss.Shape;
import schuss.Spec;
import schuss.layers.Elu;
import schuss.layers.Gelu;
import schuss.layers.Layer;
import schuss.layers.LeakyRelu;
import schuss.layers.LogSoftmax;
import schuss.layers.Selu;
import schuss.layers.Silu;
import schuss.layers.Softplus;
import schuss.layers.Tanh;
import schuss.losses.Huber;
import schuss.losses.SmoothL1;
import schuss.ops.Expression;
import schuss.program.Trace;

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

    // PyTorch: outputs, and the gradients of sum(output * (1 .. n) / 10)

    private static void check(GoldenCase c, Device device, Experiment experiment, Shape output) {
        double[] y = experiment.forward(device);
        compare(c, device, c.expected().get("output"), y, "output");
        Map<String, double[]> gradients = experiment.backward(device, output, Numbers.tenths(y.length));
        compare(c, device, c.expected().get("grads").get("x"), gradients.get(Trace.INPUT_GRADIENT), "gradient of x");
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
            double[] part = experiment.backward(device, shape, dy).get(Trace.INPUT_GRADIENT);
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
        Arrays.setAll(dx, i -> huber.get(Trace.INPUT_GRADIENT)[i] / 10 + smooth.get(Trace.INPUT_GRADIENT)[i] / 5);
        compare(c, device, c.expected().get("grads").get("x"), dx, "gradient");
    }
}
