package schuss.golden;

import java.util.Arrays;
import java.util.Map;
import schuss.DType;
import schuss.Device;
import schuss.Shape;
import schuss.Spec;
import schuss.layers.Layer;
import schuss.losses.BinaryCrossEntropy;
import schuss.losses.Loss;
import schuss.losses.MeanAbsoluteError;
import schuss.losses.MeanSquaredError;
import schuss.losses.MeanSquaredLogarithmicError;
import schuss.losses.NegativeLogLikelihood;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.losses.SquaredHinge;
import schuss.ops.Expression;
import schuss.ops.Value;
import schuss.trace.Trace;

/** Losses of given outputs. */
final class LossCases {
    private static final Layer SAME = (scope, x) -> x;

    private LossCases() {}

    static void add(Map<String, GoldenTest.Check> checks) {
        checks.put("keras.loss.mse", (c, device) -> check(c, device, new MeanSquaredError()));
        checks.put("keras.loss.mae", (c, device) -> check(c, device, new MeanAbsoluteError()));
        checks.put("keras.loss.msle", (c, device) -> check(c, device, new MeanSquaredLogarithmicError()));
        checks.put("keras.loss.bce_logits", (c, device) -> check(c, device, new BinaryCrossEntropy()));
        checks.put("keras.loss.squared_hinge", (c, device) -> check(c, device, new SquaredHinge()));
        checks.put("keras.loss.cce_logits_mean", (c, device) -> check(c, device, new SoftmaxCrossEntropy()));
        checks.put("keras.loss.categorical_hinge", (c, device) -> check(c, device, LossCases::categoricalHinge));
        checks.put("keras.loss.mse_sample_weight", LossCases::weighted);
        checks.put("keras.loss.sparse_cce_ignore", LossCases::oneByOne);
        checks.put("keras.loss.cce_probs", LossCases::ofProbabilities);
    }

    /** Composed: max(0, 1 + the largest wrong score - the right one). */
    private static Value categoricalHinge(Value y, Value t) {
        Value right = y.mul(t).sum(1);
        Value wrong = y.map(t, (score, one) -> score.mul(Expression.constant(1).sub(one)))
                .max(1);
        return wrong.sub(right).map(e -> e.add(1).relu());
    }

    private static void check(GoldenCase c, Device device, Loss loss) {
        compare(c, device, Numbers.of(c.expected()), loss(c, device, SAME, loss, null));
    }

    private static void compare(GoldenCase c, Device device, double[] expected, double... actual) {
        c.compare(expected, actual, GoldenCase.singleRounding(device, expected, 10), device.toString());
    }

    /** The mean loss of the case's outputs, passed through a network. */
    private static double loss(GoldenCase c, Device device, Layer network, Loss loss, double[] weights) {
        boolean labels = c.hasInput("y_true_class");
        double[] targets = Numbers.of(c.input(labels ? "y_true_class" : "y_true"));
        if (loss instanceof SquaredHinge) { // Keras takes 0 for -1
            targets = Arrays.stream(targets).map(t -> 2 * t - 1).toArray();
        }
        String outputs = c.hasInput("logits") ? "logits" : "y_pred";
        return mean(
                device, network, loss, Numbers.shape(c.input(outputs)), Numbers.of(c.input(outputs)), targets, weights);
    }

    private static double mean(
            Device device, Layer network, Loss loss, Shape shape, double[] x, double[] targets, double[] weights) {
        boolean labels = loss.targetType() == DType.I32;
        Spec target = new Spec("target", loss.targetType(), labels ? Shape.of(shape.dim(0)) : shape);
        return Experiment.of(network, shape, x)
                .gradients(device, loss, target, targets, weights)
                .get(Trace.LOSS)[0];
    }

    /** Keras divides the weighted sum by the number of examples, not by the sum of their weights. */
    private static void weighted(GoldenCase c, Device device) {
        double[] weights = Numbers.of(c.input("sample_weight"));
        double mean = loss(c, device, SAME, new MeanSquaredError(), weights);
        compare(
                c,
                device,
                Numbers.of(c.expected()),
                mean * Arrays.stream(weights).sum() / weights.length);
    }

    /** The losses of single examples, each a batch of its own. */
    private static void oneByOne(GoldenCase c, Device device) {
        double[] labels = Numbers.of(c.input("y_true_class"));
        Loss loss = new SoftmaxCrossEntropy().withIgnoredLabel(-1);
        double[] losses = new double[labels.length];
        for (int i = 0; i < losses.length; i++) {
            double[] logits = Numbers.of(c.input("logits").get(i));
            double[] label = {labels[i]};
            losses[i] = mean(device, SAME, loss, Shape.of(1, logits.length), logits, label, null);
        }
        compare(c, device, Numbers.of(c.expected()), losses);
    }

    /** Probabilities that do not add up to 1, which Keras divides by their sum first. */
    private static void ofProbabilities(GoldenCase c, Device device) {
        Layer logarithm = (scope, x) ->
                x.div(x.sum(1).reshape(Shape.of(x.shape().dim(0), 1))).map(e -> e.log());
        double loss = loss(c, device, logarithm, new NegativeLogLikelihood(), null);
        compare(c, device, Numbers.of(c.expected()), loss);
    }
}
