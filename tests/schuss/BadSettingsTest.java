package schuss;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import schuss.data.DataException;
import schuss.data.Dataset;
import schuss.initializers.Initializer;
import schuss.layers.ActivityPenalty;
import schuss.layers.AvgPool1d;
import schuss.layers.AvgPool2d;
import schuss.layers.BatchNorm;
import schuss.layers.Concatenate;
import schuss.layers.Conv1d;
import schuss.layers.Conv2d;
import schuss.layers.ConvTranspose2d;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Elu;
import schuss.layers.Embedding;
import schuss.layers.GaussianNoise;
import schuss.layers.GroupNorm;
import schuss.layers.Layer;
import schuss.layers.LayerNorm;
import schuss.layers.LeakyRelu;
import schuss.layers.MaxPool1d;
import schuss.layers.MaxPool2d;
import schuss.layers.Maxout;
import schuss.layers.PRelu;
import schuss.layers.Padding;
import schuss.layers.Relu;
import schuss.layers.Reshape;
import schuss.layers.Residual;
import schuss.layers.Sequential;
import schuss.layers.SpatialDropout;
import schuss.layers.WeightNoise;
import schuss.losses.Huber;
import schuss.losses.MeanSquaredError;
import schuss.losses.NegativeLogLikelihood;
import schuss.losses.SmoothL1;
import schuss.losses.SoftTargetCrossEntropy;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adadelta;
import schuss.optim.Adagrad;
import schuss.optim.Adam;
import schuss.optim.AdamW;
import schuss.optim.Adamax;
import schuss.optim.Lion;
import schuss.optim.Momentum;
import schuss.optim.NAdam;
import schuss.optim.RAdam;
import schuss.optim.RmsProp;
import schuss.optim.Rprop;
import schuss.optim.Sgd;
import schuss.schedules.Cosine;
import schuss.schedules.CosineRestarts;
import schuss.schedules.Cyclic;
import schuss.schedules.Exponential;
import schuss.schedules.InverseTime;
import schuss.schedules.Linear;
import schuss.schedules.OneCycle;
import schuss.schedules.Piecewise;
import schuss.schedules.Polynomial;
import schuss.schedules.Span;
import schuss.schedules.StepDecay;
import schuss.train.Trainer;

/** Every bad setting is refused where it is made, by a message with its name, what was expected and what was given. */
final class BadSettingsTest {
    /**
     * @param words all of which the message has: whose setting, which, the bad value
     */
    private record Row(String name, Executable bad, List<String> words) {}

    private static final List<Row> rows = new ArrayList<>();

    private static void row(Executable bad, String... words) {
        rows.add(new Row(rows.size() + " " + String.join(", ", words), bad, List.of(words)));
    }

    @TestFactory
    Stream<DynamicTest> areNamed() {
        rows.clear();
        layers();
        losses();
        optimizers();
        schedules();
        networks();
        training();
        return List.copyOf(rows).stream()
                .map(row -> dynamicTest(row.name(), () -> {
                    RuntimeException refusal = assertThrows(RuntimeException.class, row.bad());
                    assertTrue(
                            refusal instanceof IllegalArgumentException || refusal instanceof DataException,
                            "" + refusal);
                    String message = refusal.getMessage();
                    for (String word : row.words()) {
                        assertTrue(message.contains(word), "expected \"" + word + "\" in: " + message);
                    }
                    assertTrue(message.contains("expected"), message);
                }));
    }

    private static void layers() {
        for (double rate : new double[] {-0.1, 1, 2, Double.NaN}) {
            String value = String.valueOf(rate);
            row(() -> new Dropout(rate), "Dropout", "rate in [0, 1)", value);
            row(() -> new SpatialDropout(rate), "SpatialDropout", "rate in [0, 1)", value);
        }
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            String value = String.valueOf(bad);
            row(() -> new Elu(bad), "Elu", "alpha", value);
            row(() -> new LeakyRelu(bad), "LeakyRelu", "slope", value);
            row(() -> new GaussianNoise(bad), "GaussianNoise", "standard deviation", value);
            row(() -> new WeightNoise(new Dense(1), bad), "WeightNoise", "standard deviation", value);
            row(() -> ActivityPenalty.l1(bad), "ActivityPenalty", "factors", value);
            row(() -> Initializer.normal(bad), "Initializer", "standard deviation", value);
            row(() -> Initializer.truncatedNormal(bad), "Initializer", "standard deviation", value);
            row(() -> Initializer.sparse(3, bad), "Initializer", "standard deviation", value);
            row(() -> Initializer.uniform(bad), "Initializer", "limit", value);
        }
        row(() -> Initializer.orthogonal(0), "Initializer.orthogonal", "gain", "0.0");
        row(() -> Initializer.sparse(0, 1), "Initializer.sparse", "weight", "0");
        row(() -> new PRelu(Double.NaN), "PRelu", "slope", "NaN");
        row(() -> new Dense(0), "Dense", "unit", "0");
        row(() -> new Maxout(0, 2), "Maxout", "unit", "0");
        row(() -> new Maxout(3, 1), "Maxout", "pieces", "1");
        row(() -> new Embedding(0, 3), "Embedding", "count", "0");
        row(() -> new Embedding(3, -1), "Embedding", "size", "-1");
        row(Concatenate::of, "Concatenate", "branch");
        row(() -> schuss.zoo.Zoo.mlp(0, 5), "Mlp", "1 class", "0");
        row(() -> new Conv2d(0, 3), "Conv2d", "filters", "0");
        row(() -> new Conv2d(2, 5).withDilation(1 << 30), "Conv2d", "reaches over", "4294967297");
        row(() -> new Conv2d(4, 0), "Conv2d", "kernel", "0");
        row(() -> new Conv2d(4, 3, -1), "Conv2d", "kernel", "-1");
        row(() -> new Conv2d(4, 3).withStride(0), "Conv2d", "stride", "0");
        row(() -> new Conv2d(4, 3).withDilation(0), "Conv2d", "dilation", "0");
        row(() -> new Conv2d(4, 3).withGroups(0), "Conv2d", "groups", "0");
        row(() -> new Conv2d(4, 3).withGroups(3), "Conv2d", "3 groups", "4");
        row(() -> Conv2d.depthwise(3).withGroups(2), "Conv2d", "groups", "2");
        row(() -> new MaxPool2d(0), "MaxPool2d", "0");
        row(() -> new MaxPool2d(2).withStride(0), "MaxPool2d", "stride", "0");
        row(() -> new MaxPool2d(2).withPadding(Padding.of(2)), "MaxPool2d", "padding", "2");
        row(() -> new AvgPool2d(3, -1), "AvgPool2d", "-1");
        row(() -> new MaxPool1d(0), "MaxPool1d", "0");
        row(() -> new AvgPool1d(2).withStride(-1), "AvgPool1d", "stride", "-1");
        row(() -> new GroupNorm(0), "GroupNorm", "groups", "0");
        for (double bad : new double[] {0, -1, Double.NaN}) {
            row(() -> new BatchNorm().withEpsilon(bad), "BatchNorm", "epsilon", String.valueOf(bad));
            row(() -> new LayerNorm().withEpsilon(bad), "LayerNorm", "epsilon", String.valueOf(bad));
            row(() -> new GroupNorm(2).withEpsilon(bad), "GroupNorm", "epsilon", String.valueOf(bad));
            row(() -> new BatchNorm().withMomentum(bad), "BatchNorm", "momentum in (0, 1]", String.valueOf(bad));
        }
        row(() -> new BatchNorm().withMomentum(1.5), "BatchNorm", "momentum in (0, 1]", "1.5");
        row(() -> Padding.of(-1), "Padding", "-1");
        row(() -> Padding.of(0, 1, -2, 0), "Padding", "left -2");
        row(() -> new Conv1d(0, 3), "Conv1d", "filters", "0");
        row(() -> new Conv1d(2, 3).withStride(0), "Conv1d", "stride", "0");
        row(() -> new Conv1d(2, 3).withGroups(4), "Conv1d", "4 groups", "2");
        row(() -> new ConvTranspose2d(2, 0), "ConvTranspose2d", "kernel", "0");
        row(() -> new ConvTranspose2d(2, 3).withOutputPadding(1), "ConvTranspose2d", "output padding", "1");
        row(() -> new ConvTranspose2d(2, 3).withStride(2).withOutputPadding(-1), "ConvTranspose2d", "output padding");
    }

    private static void losses() {
        for (double bad : new double[] {-0.1, 1, Double.NaN}) {
            String value = String.valueOf(bad);
            row(() -> new SoftmaxCrossEntropy().withLabelSmoothing(bad), "smoothing", "[0, 1)", value);
            row(() -> new NegativeLogLikelihood().withLabelSmoothing(bad), "smoothing", "[0, 1)", value);
            row(() -> new SoftTargetCrossEntropy(bad), "SoftTargetCrossEntropy", "smoothing", value);
        }
        for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            row(() -> new Huber(bad), "Huber", "delta", String.valueOf(bad));
            row(() -> new SmoothL1(bad), "SmoothL1", "beta", String.valueOf(bad));
        }
        row(() -> new SoftmaxCrossEntropy().withClassWeights(1, -2), "class weights", "-2");
        row(() -> new SoftmaxCrossEntropy().withClassWeights(0, 0), "class weights", "not all 0");
        row(() -> new SoftmaxCrossEntropy().withClassWeights(1, Double.NaN), "class weights", "NaN");
    }

    private static void optimizers() {
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            String value = String.valueOf(bad);
            row(() -> new Sgd(bad), "Sgd", "learning rate", value);
            row(() -> new Sgd(1).withWeightDecay(bad), "Sgd", "weight decay", value);
            row(() -> new Momentum(bad, 0.9), "Momentum", "learning rate", value);
            row(() -> new Momentum(1, 0.9).withWeightDecay(bad), "Momentum", "weight decay", value);
            row(() -> new Adam(bad), "Adam", "learning rate", value);
            row(() -> new Adam().withEpsilon(bad), "Adam", "epsilon", value);
            row(() -> new Adam().withWeightDecay(bad), "Adam", "weight decay", value);
            row(() -> new AdamW(bad), "Adam", "learning rate", value);
            row(() -> new AdamW().withWeightDecay(bad), "Adam", "weight decay", value);
            row(() -> new NAdam(bad), "NAdam", "learning rate", value);
            row(() -> new NAdam().withMomentumDecay(bad), "NAdam", "momentum decay", value);
            row(() -> new RAdam().withEpsilon(bad), "RAdam", "epsilon", value);
            row(() -> new Adamax().withEpsilon(bad), "Adamax", "epsilon", value);
            row(() -> new Adagrad().withInitial(bad), "Adagrad", "initial", value);
            row(() -> new Adagrad(bad), "Adagrad", "learning rate", value);
            row(() -> new Adadelta().withEpsilon(bad), "Adadelta", "epsilon", value);
            row(() -> new RmsProp(bad), "RmsProp", "learning rate", value);
            row(() -> new Lion(bad), "Lion", "learning rate", value);
            row(() -> new Rprop(bad), "Rprop", "learning rate", value);
        }
        for (double bad : new double[] {-0.1, 1, Double.NaN}) {
            String value = String.valueOf(bad);
            row(() -> new Momentum(0.1, bad), "Momentum", "momentum", value);
            row(() -> new Adam().withBetas(bad, 0.9), "Adam", "beta1", value);
            row(() -> new Adam().withBetas(0.9, bad), "Adam", "beta2", value);
            row(() -> new Adadelta().withRho(bad), "Adadelta", "rho", value);
            row(() -> new RmsProp().withAlpha(bad), "RmsProp", "alpha", value);
            row(() -> new RmsProp().withMomentum(bad), "RmsProp", "momentum", value);
        }
        row(() -> new Rprop().withFactors(1, 1.2), "Rprop", "shrinking", "1.0");
        row(() -> new Rprop().withFactors(0.5, 1), "Rprop", "growing", "1.0");
        row(() -> new Rprop().withSizes(0, 1), "Rprop", "smallest", "0.0");
        row(() -> new Rprop().withSizes(1, 0.5), "Rprop", "largest", "0.5");
    }

    private static void schedules() {
        row(() -> Span.steps(0), "Span", "length", "0");
        row(() -> Span.epochs(-1), "Span", "length", "-1");
        row(() -> new Exponential(0, Span.epochs(1)), "Exponential", "factor", "0.0");
        row(() -> new StepDecay(-1, Span.epochs(1)), "StepDecay", "factor", "-1.0");
        row(() -> new Polynomial(0, Span.epochs(1)), "Polynomial", "power", "0.0");
        row(() -> new Polynomial(1, Span.epochs(1)).withRange(-1, 0), "Polynomial", "start", "-1.0");
        row(() -> new Cosine(1.5, Span.training()), "Cosine", "end", "1.5");
        row(() -> new CosineRestarts(Span.steps(5)).withLengthen(0.5), "CosineRestarts", "lengths", "0.5");
        row(() -> new OneCycle().withRise(1), "OneCycle", "rise", "1.0");
        row(() -> new OneCycle().withRise(0.6).withThreePhases(), "OneCycle", "rise", "0.6");
        row(() -> new Cyclic(2, Span.steps(3)).withHigh(1), "Cyclic", "high", "1.0");
        row(() -> new Cyclic(0.1, Span.steps(3)).withDecay(0), "Cyclic", "decay", "0.0");
        row(() -> new Linear(-0.5, 1, Span.epochs(1)), "Linear", "first number", "-0.5");
        row(() -> new InverseTime(-1, Span.epochs(1), false), "InverseTime", "decay", "-1.0");
        row(() -> new Piecewise(1).then(0.1, Span.epochs(3)).then(0.2, Span.epochs(2)), "Piecewise", "ascending");
        row(() -> new Piecewise(1).then(-0.1, Span.epochs(3)), "Piecewise", "value", "-0.1");
    }

    /** What depends on the input is refused, with the layer's place, when the model is made. */
    private static void networks() {
        network(Shape.of(3, 3, 1), new Conv2d(2, 5).withPadding(Padding.valid()), "0.conv2d", "5 x 5", "3 x 3");
        network(
                Shape.of(4, 9, 1),
                new Conv2d(2, 3).withDilation(2).withPadding(Padding.valid()),
                "0.conv2d",
                "5 x 5",
                "4 x 9");
        network(Shape.of(8, 8, 5), new Conv2d(4, 3).withGroups(2), "0.conv2d", "2 groups", "5");
        network(Shape.of(8), new Conv2d(4, 3), "0.conv2d", "(batch, height, width, channels)", "(1, 8)");
        network(Shape.of(8, 8, 3), new Conv1d(4, 3), "0.conv1d", "(batch, time, features)", "(1, 8, 8, 3)");
        network(Shape.of(4, 3), new Conv1d(4, 5).withPadding(Padding.valid()), "0.conv1d");
        network(
                Shape.of(2, 2, 1),
                new ConvTranspose2d(1, 1).withPadding(Padding.of(1)),
                "0.convtranspose2d",
                "padding");
        network(Shape.of(2, 2, 3), new MaxPool2d(3), "0.maxpool2d", "3 x 3", "2 x 2");
        network(Shape.of(7), new AvgPool2d(2), "0.avgpool2d", "(batch, height, width, channels)");
        network(Shape.of(4, 4, 6), new GroupNorm(4), "0.groupnorm", "4 groups", "6");
        network(Shape.of(), new BatchNorm(), "0.batchnorm", "(batch, ..., channels)", "(1)");
        network(Shape.of(), new Dense(3), "0.dense", "(batch, in)", "(1)");
        network(Shape.of(5), new Residual(new Dense(4)), "0.residual", "(1, 5)", "(1, 4)");
        network(Shape.of(5), Reshape.to(2, 3), "0.reshape", "6 numbers", "(5)");
        network(Shape.of(5), new Embedding(4, 2), "0.embedding", "indices");
        network(Shape.of(4, 4, 1), Concatenate.of(new Conv2d(1, 1), new Conv2d(1, 2).withStride(2)), "0.concatenate");
    }

    private static void network(Shape input, Layer layer, String... words) {
        row(
                () -> {
                    try (Device device = Device.reference()) {
                        Model.create(Sequential.of(layer, new Relu()), input, device, 1)
                                .close();
                    }
                },
                words);
    }

    private static void training() {
        row(() -> Dataset.of(new float[6], Shape.of(2), new int[] {0, 1, 3}, 3), "label", "3");
        row(() -> Dataset.of(new float[6], Shape.of(2), new int[] {0, -1, 2}, 3), "label", "-1");
        row(() -> Dataset.of(new float[5], Shape.of(2), new int[] {0, 1, 2}, 3), "5");
        Dataset numbers = Dataset.of(new float[6], Shape.of(2), new float[9], Shape.of(3));
        Dataset classes = Dataset.of(new float[6], Shape.of(2), new int[] {0, 1, 2}, 3);
        row(() -> numbers.withWeights(1, 2), "weights", "3", "2");
        row(() -> numbers.withWeights(1, -2, 1), "weight of example 1", "-2");
        row(() -> fit(new Dense(2), numbers, new MeanSquaredError()), "MeanSquaredError", "(3, 2)", "(3, 3)");
        row(() -> fit(new Dense(3), numbers, new SoftmaxCrossEntropy()), "SoftmaxCrossEntropy", "I32");
        row(
                () -> fit(new Dense(3), classes, new SoftmaxCrossEntropy().withClassWeights(1, 2)),
                "SoftmaxCrossEntropy",
                "3 classes",
                "2");
        Dataset one = Dataset.of(new float[2], Shape.of(2), new float[3], Shape.of(3));
        row(
                () -> fit(Sequential.of(new BatchNorm(), new Dense(3)), one, new MeanSquaredError()),
                "0.batchnorm",
                "more than 1 value per channel",
                "(1, 2)");
        trainer(t -> t.withBatchSize(0), "Trainer", "batch size", "0");
        trainer(t -> t.withEpochs(-1), "Trainer", "epochs", "-1");
        trainer(t -> t.withAccumulation(0), "batch", "0");
        trainer(t -> t.withClipNorm(0), "gradient norm", "0.0");
        trainer(t -> t.withClipValue(-1), "gradient", "-1.0");
        trainer(t -> t.withL1(-1), "l1", "-1.0");
        trainer(t -> t.withL2(Double.NaN), "l2", "NaN");
        trainer(t -> t.withMaxNorm(0), "norm of weights", "0.0");
        trainer(t -> t.withAverageWeights(1), "decay of the average", "1.0");
        trainer(t -> t.withGroup("0.dense", g -> g.withRate(-1)), "group \"0.dense\"", "rate", "-1.0");
        trainer(t -> t.withGroup("", g -> g), "pattern");
        trainer(t -> t.withMomentumSchedule(new Cosine()), "momentum");
    }

    private static void fit(Layer layer, Dataset data, schuss.losses.Loss loss) {
        try (Device device = Device.reference();
                Model model = Model.create(layer, data.input().shape(), device, 1)) {
            Trainer.of(model, loss, new Sgd(0.1)).fit(data);
        }
    }

    private static void trainer(Consumer<Trainer> setting, String... words) {
        row(
                () -> {
                    try (Device device = Device.reference();
                            Model model = Model.create(Sequential.of(new Dense(3)), Shape.of(2), device, 1)) {
                        setting.accept(Trainer.of(model, new MeanSquaredError(), new Sgd(0.1)));
                    }
                },
                words);
    }
}
