package schuss.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import schuss.DType;
import schuss.Philox;
import schuss.Shape;
import schuss.Spec;
import schuss.backend.Computation;
import schuss.initializers.Initializer;
import schuss.layers.ActivityPenalty;
import schuss.layers.Conv1d;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.GaussianNoise;
import schuss.layers.Layer;
import schuss.layers.Maxout;
import schuss.layers.Scope;
import schuss.layers.SpatialDropout;
import schuss.layers.WeightNoise;
import schuss.losses.BinaryCrossEntropy;
import schuss.losses.Loss;
import schuss.losses.MeanSquaredError;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.metrics.Metric;
import schuss.ops.Value;
import schuss.optim.Adam;
import schuss.optim.Momentum;
import schuss.optim.Optimizer;
import schuss.optim.Sgd;

/**
 * A network that a seed makes up: dense, convolution, pointwise, residual, softmax, reduction, noise, shared weights, views,
 * moved and chosen elements; from seed 100 on also what {@link RandomLayers} has.
 */
public record RandomNetwork(long seed) implements Layer {
    private static final int MOST_LAYERS = 9;
    private static final int PLAIN = 100; // seeds below make networks of rows, without convolution and normalisation

    @Override
    public Value forward(Scope scope, Value x) {
        Random random = new Random(seed);
        random.nextInt(); // the first numbers of neighbouring seeds are alike
        List<Value> earlier = new ArrayList<>();
        int layers = 2 + random.nextInt(seed < PLAIN ? MOST_LAYERS - 1 : MOST_LAYERS / 2);
        Dense shared = new Dense(x.shape().dim(-1));
        for (int i = 0; i < layers; i++) {
            earlier.add(x);
            if (seed >= PLAIN && random.nextBoolean()) {
                x = scope.apply("l" + i, RandomLayers.next(x.shape(), random), x);
                continue;
            }
            x = next(scope, x, earlier, "l" + i, shared, random);
        }
        int batch = x.shape().dim(0);
        x = x.reshape(Shape.of(batch, (int) (x.shape().size() / batch)));
        return scope.apply("head", new Dense(outputs()), x);
    }

    private static Value next(Scope scope, Value x, List<Value> earlier, String name, Dense shared, Random random) {
        int width = x.shape().dim(-1);
        int kind = random.nextInt(20);
        if (width == 1 && kind >= 5 && kind <= 7) {
            return x.tanh(); // those would leave nothing but zeros, where ReLU has its kink
        }
        return switch (kind) {
            case 0 -> scope.apply(name, new Dense(1 + random.nextInt(40)), x);
            case 1 -> scope.apply(name, new Dense(1 + random.nextInt(40)), x).relu();
            case 2 ->
                scope.apply(name, new Dense(width).withoutBias(), x).tanh().add(x);
            case 3 -> x.sigmoid().mul(x);
            case 4 -> x.map(e -> e.tanh().add(e.mul(0.5)));
            case 5 -> x.softmax().mul(3);
            case 6 -> x.logSoftmax().mul(0.2);
            case 7 -> x.sub(mean(x)); // what layer norm begins with
            case 8 -> x.add(x.mean(0)); // over the batch, broadcast in front
            case 9 -> scope.apply(name, Dropout.drop(0.3), x);
            case 10 ->
                x.shape().rank() == 2 && width % 2 == 0
                        ? x.reshape(Shape.of(x.shape().dim(0), 2, width / 2)).map(e -> e.tanh())
                        : x.mul(0.5).add(x.sum().mul(0.01));
            case 11 ->
                x.add(scope.bias(name, Shape.of(width), Initializer.normal(0.5)))
                        .add(scope.bias(name + "b", Shape.of(width), Initializer.normal(0.5)));
            case 12 ->
                width == shared.units()
                        ? scope.apply(name, shared, x).tanh()
                        : convolution(scope, x, name).tanh();
            case 13 ->
                Value.concat(-1, x.slice(-1, 0, (width + 1) / 2).tanh(), x).mul(0.7);
            case 14 -> scope.apply(name, new SpatialDropout(0.3), x);
            case 15 -> scope.apply(name, new WeightNoise(new Maxout(1 + random.nextInt(9), 2), 0.1), x);
            case 16 -> scope.apply(name, new GaussianNoise(0.2), x);
            case 17 -> turned(x).tanh();
            case 18 -> {
                scope.apply(name, new ActivityPenalty(0, 0.01), x);
                yield x.sub(x.max(-1).reshape(x.shape().with(-1, 1)).mul(0.5));
            }
            default -> combined(x, earlier.get(random.nextInt(earlier.size())));
        };
    }

    /** Examples with their axes reversed and a border of zeros. */
    private static Value turned(Value x) {
        if (x.shape().rank() == 2) {
            return x.pad(new int[] {0, 1}, new int[] {0, 2});
        } else if (x.shape().rank() == 4) {
            return x.transpose(0, 2, 1, 3).pad(new int[] {0, 1, 0, 0}, new int[4]);
        }
        return x.transpose(0, 2, 1).pad(new int[] {0, 0, 1}, new int[3]);
    }

    /** Along the axes in the middle, as one, where there are such, else along the features. */
    private static Value convolution(Scope scope, Value x, String name) {
        Random random = new Random(x.shape().size());
        boolean sequence = x.shape().rank() > 2;
        int batch = x.shape().dim(0);
        int features = sequence ? x.shape().dim(-1) : 1;
        int filters = 2 * (1 + random.nextInt(9));
        Conv1d layer = new Conv1d(filters, 1 + random.nextInt(4))
                .withStride(1 + random.nextInt(2))
                .withGroups(features % 2 == 0 ? 2 : 1);
        int time = (int) (x.shape().size() / batch / features);
        return scope.apply(name, layer, x.reshape(Shape.of(batch, time, features)));
    }

    private static Value mean(Value x) {
        return x.mean(-1).reshape(x.shape().with(-1, 1));
    }

    private static Value combined(Value x, Value y) {
        return x.shape().equals(y.shape())
                ? x.mul(y.tanh()).add(y)
                : x.mul(y.tanh().mean());
    }

    private Random random(int salt) {
        return new Random(seed * 31 + salt);
    }

    public int batch() {
        return new int[] {1, 2, 7, 16, 33}[random(1).nextInt(seed < PLAIN ? 5 : 3)];
    }

    public Spec input() {
        Random kind = random(2);
        boolean rows = kind.nextBoolean();
        if (seed >= PLAIN && kind.nextBoolean()) {
            Random random = random(3);
            Shape image = Shape.of(1 + random.nextInt(6), 1 + random.nextInt(6), 1 + random.nextInt(4));
            return new Spec("input", DType.F32, image).batched(batch());
        }
        int[] shape = rows
                ? new int[] {1 + random(3).nextInt(20)}
                : new int[] {3, 1 + random(3).nextInt(7)};
        return new Spec("input", DType.F32, Shape.of(shape)).batched(batch());
    }

    public int outputs() {
        return 1 + random(4).nextInt(12);
    }

    public Loss loss() {
        return new Loss[] {new SoftmaxCrossEntropy(), new MeanSquaredError(), new BinaryCrossEntropy()}
                [random(5).nextInt(3)];
    }

    public Spec target() {
        boolean labels = loss().targetType() == DType.I32;
        return labels
                ? new Spec("label", DType.I32, Shape.of()).batched(batch())
                : new Spec("target", DType.F32, Shape.of(outputs())).batched(batch());
    }

    public Optimizer optimizer() {
        return new Optimizer[] {
                    new Sgd(0.1), new Momentum(0.1, 0.9), new Adam(0.01), new RootMeanSquare(0.01, 0.9, 0.01)
                }
                [random(6).nextInt(4)];
    }

    public List<Metric> metrics() {
        return loss() instanceof SoftmaxCrossEntropy && outputs() > 1 ? List.of(new Accuracy()) : List.of();
    }

    /** One step of training, dropout included. */
    public Computation training() {
        return Computation.training(this, input(), target(), loss(), metrics(), optimizer());
    }

    /** Loss and gradients of parameters and input, dropout included. */
    public Computation gradients() {
        return Computation.gradients(this, input(), target(), loss(), Computation.Gradients.ALL)
                .withDropout(true);
    }

    public float[] inputs() {
        Philox philox = new Philox(seed, 1_000_001);
        int size = Math.toIntExact(input().shape().size());
        float[] values = new float[size];
        IntStream.range(0, size).forEach(i -> values[i] = (float) philox.normal(i));
        return values;
    }

    /** Labels or numbers in [0, 1], as the loss wants them. */
    public double[] targets() {
        Random random = random(7);
        boolean labels = loss().targetType() == DType.I32;
        return random.doubles(target().shape().size())
                .map(u -> labels ? Math.floor(u * outputs()) : (float) u)
                .toArray();
    }
}
