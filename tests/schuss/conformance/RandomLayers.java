package schuss.conformance;

import java.util.Random;
import schuss.Shape;
import schuss.layers.AvgPool1d;
import schuss.layers.AvgPool2d;
import schuss.layers.BatchNorm;
import schuss.layers.Concatenate;
import schuss.layers.Conv1d;
import schuss.layers.Conv2d;
import schuss.layers.ConvTranspose2d;
import schuss.layers.Dense;
import schuss.layers.GlobalAveragePool;
import schuss.layers.GlobalMaxPool;
import schuss.layers.GroupNorm;
import schuss.layers.Layer;
import schuss.layers.LayerNorm;
import schuss.layers.MaxPool1d;
import schuss.layers.MaxPool2d;
import schuss.layers.Maxout;
import schuss.layers.PRelu;
import schuss.layers.Padding;
import schuss.layers.Relu;
import schuss.layers.Residual;
import schuss.layers.Scope;
import schuss.layers.Sequential;
import schuss.layers.Tanh;
import schuss.layers.TiedDense;
import schuss.ops.Value;

/** A convolution, pooling, normalisation or block that fits an input. */
final class RandomLayers {
    /** Large, as normalisation divides rounding errors by its root where a small batch has hardly any variance. */
    private static final double EPSILON = 0.1;

    private RandomLayers() {}

    static Layer next(Shape x, Random random) {
        return switch (x.rank()) {
            case 4 -> image(x, random);
            case 3 -> sequence(x, random);
            default -> row(x, random);
        };
    }

    private static Layer image(Shape x, Random random) {
        int channels = x.dim(3);
        boolean small = x.dim(1) * x.dim(2) < 30;
        return switch (random.nextInt(12)) {
            case 0 -> Sequential.of(convolution(channels, random), new Relu());
            case 1 -> convolution(channels, random);
            case 2 ->
                Conv2d.depthwise(1 + random.nextInt(2), 1 + random.nextInt(3), 1 + random.nextInt(3))
                        .withStride(1 + random.nextInt(2));
            case 3 ->
                new ConvTranspose2d(1 + random.nextInt(3), 1 + random.nextInt(3))
                        .withStride(small ? 1 + random.nextInt(2) : 1)
                        .withPadding(Padding.same());
            case 4 ->
                new MaxPool2d(2, 1 + random.nextInt(3))
                        .withStride(1 + random.nextInt(2))
                        .withPadding(Padding.same());
            case 5 ->
                new AvgPool2d(1 + random.nextInt(3))
                        .withStride(1 + random.nextInt(2))
                        .withPadding(Padding.same());
            case 6 -> normed(convolution(channels, random).withoutBias(), new SomeNorm(), new Relu());
            case 7 -> normed(new GroupNorm(channels % 2 == 0 ? 2 : 1).withEpsilon(EPSILON));
            case 8 ->
                Sequential.of(new Residual(normed(new Conv2d(channels, 3).withoutBias(), new SomeNorm())), new Relu());
            case 9 ->
                Concatenate.of(
                        new Conv2d(1, 1),
                        new Conv2d(2, 3, 1),
                        new MaxPool2d(3).withStride(1).withPadding(Padding.same()));
            case 10 -> new PRelu();
            default -> random.nextBoolean() ? new GlobalAveragePool() : new GlobalMaxPool();
        };
    }

    private static Conv2d convolution(int channels, Random random) {
        int groups = channels % 2 == 0 ? 1 + random.nextInt(2) : 1;
        return new Conv2d(groups * (1 + random.nextInt(3)), 1 + random.nextInt(3), 1 + random.nextInt(3))
                .withGroups(groups)
                .withStride(1 + random.nextInt(2), 1)
                .withDilation(1, 1 + random.nextInt(2));
    }

    /** Batch norm; layer norm where a batch has one value a channel. Not a lambda, of which there would be one for all. */
    private record SomeNorm() implements Layer {
        @Override
        public Value forward(Scope scope, Value x) {
            boolean several = x.shape().size() > x.shape().dim(-1);
            Layer norm = several ? new BatchNorm().withEpsilon(EPSILON) : new LayerNorm().withEpsilon(EPSILON);
            return norm.forward(scope, x);
        }
    }

    /**
     * A block with normalisation, behind a bend: the gradient of a bias right in front of it would be 0 but for rounding,
     * which Adam makes steps of full size of.
     */
    private static Layer normed(Layer... layers) {
        return Sequential.of(new Tanh(), Sequential.of(layers));
    }

    private static Layer sequence(Shape x, Random random) {
        int features = x.dim(2);
        return switch (random.nextInt(9)) {
            case 0 -> Sequential.of(new Conv1d(1 + random.nextInt(5), 1 + random.nextInt(3)), new Relu());
            case 1 -> new Conv1d(1 + random.nextInt(5), 2).withStride(2).withDilation(1 + random.nextInt(2));
            case 2 -> new MaxPool1d(2).withStride(1).withPadding(Padding.same());
            case 3 -> new AvgPool1d(1 + random.nextInt(3)).withStride(2).withPadding(Padding.same());
            case 4 -> normed(new LayerNorm().withEpsilon(EPSILON));
            case 5 -> normed(new SomeNorm());
            case 6 -> normed(new GroupNorm(features % 3 == 0 ? 3 : 1).withEpsilon(EPSILON));
            case 7 -> Concatenate.of(new Conv1d(2, 3), new Dense(1 + random.nextInt(3)), new Tanh());
            default -> new Residual(normed(new Conv1d(features, 3).withoutBias(), new SomeNorm(), new Relu()));
        };
    }

    private static Layer row(Shape x, Random random) {
        int width = x.dim(-1);
        return switch (random.nextInt(7)) {
            case 0 -> normed(new SomeNorm());
            case 1 -> normed(new LayerNorm().withEpsilon(EPSILON));
            case 2 -> normed(new GroupNorm(width % 2 == 0 ? 2 : 1).withEpsilon(EPSILON));
            case 3 -> new Maxout(1 + random.nextInt(9), 2 + random.nextInt(2));
            case 4 ->
                new Residual(normed(
                        new Dense(1 + random.nextInt(9)).withoutBias(), new SomeNorm(), new Relu(), new Dense(width)));
            case 5 -> Concatenate.of(new Dense(1 + random.nextInt(5)), new PRelu());
            default -> {
                Dense encoder = new Dense(1 + random.nextInt(9));
                yield Sequential.of(encoder, new Tanh(), new TiedDense(encoder));
            }
        };
    }
}
