package schuss.layers;

import java.util.Arrays;
import java.util.List;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.data.ExampleReader;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/**
 * Fitted scaling: y = (x - offset) * scale, where offset and scale are states of the model: training leaves them alone, and
 * a saved file holds them, so that whoever predicts brings inputs as they come.
 *
 * <pre>{@code
 * Layer net = Sequential.of(Rescale.standardise(train), new Dense(32), new Relu(), new Dense(3));
 * }</pre>
 *
 * <p>Fit it on the training set alone. {@code new Rescale()} is the same layer without numbers, for {@code Model.load}. An
 * input that is the same in every example is only moved.
 *
 * @param offset one for each number of an example, or none for 0
 * @param scale likewise, or none for 1
 */
public record Rescale(List<Float> offset, List<Float> scale) implements Layer {
    public Rescale {
        offset = List.copyOf(offset);
        scale = List.copyOf(scale);
        if (offset.size() != scale.size()) {
            throw new IllegalArgumentException(
                    "Rescale: expected as many scales as offsets, got " + scale.size() + " and " + offset.size());
        }
    }

    /** One that leaves numbers as they are until a file's are loaded. */
    public Rescale() {
        this(List.of(), List.of());
    }

    /** To mean 0 and variance 1: (x - mean) / deviation. */
    public static Rescale standardise(Dataset train) {
        Statistics all = new Statistics(train);
        return of(all.mean, all.deviation());
    }

    /** To 0 at the smallest and 1 at the largest: (x - min) / (max - min). */
    public static Rescale minMax(Dataset train) {
        Statistics all = new Statistics(train);
        double[] ranges = new double[all.mean.length];
        Arrays.setAll(ranges, i -> all.largest[i] - all.smallest[i]);
        return of(all.smallest, ranges);
    }

    /** Takes the mean example off: x - mean. */
    public static Rescale meanImage(Dataset train) {
        double[] mean = new Statistics(train).mean;
        double[] ones = new double[mean.length];
        Arrays.fill(ones, 1);
        return of(mean, ones);
    }

    /** The way back from standardised numbers: y = x * deviation + mean, all above 0. */
    public static Rescale undo(double[] mean, double... deviation) {
        double[] offset = new double[mean.length];
        double[] divisor = new double[mean.length];
        Arrays.setAll(offset, i -> -mean[i] / deviation[i]);
        Arrays.setAll(divisor, i -> 1 / deviation[i]);
        return of(offset, divisor);
    }

    private static Rescale of(double[] offset, double... divisor) {
        return new Rescale(
                Arrays.stream(offset).mapToObj(x -> (float) x).toList(),
                Arrays.stream(divisor)
                        .mapToObj(x -> (float) (x > 0 ? 1 / x : 1))
                        .toList());
    }

    @Override
    public Value forward(Scope scope, Value x) {
        Shape example = x.shape().tail();
        Value offsets = scope.state("offset", example, numbers(offset, 0, example));
        Value scales = scope.state("scale", example, numbers(scale, 1, example));
        return x.sub(offsets).mul(scales);
    }

    private static Initializer numbers(List<Float> fitted, double otherwise, Shape example) {
        if (fitted.isEmpty()) {
            return Initializer.constant(otherwise);
        }
        if (fitted.size() != example.size()) {
            throw new IllegalArgumentException(
                    "expected examples of " + fitted.size() + " numbers as those it was fitted on, got " + example);
        }
        return (shape, random, values) -> {
            for (int i = 0; i < values.length; i++) {
                values[i] = fitted.get(i);
            }
        };
    }

    /** What the training set shows of every number, by the method of Welford (1962). */
    private static final class Statistics {
        private final int count;
        private final double[] mean;
        private final double[] squares; // of differences from the mean, summed
        private final double[] smallest;
        private final double[] largest;

        private Statistics(Dataset data) {
            count = data.size();
            int width = Math.toIntExact(data.input().shape().size());
            mean = new double[width];
            squares = new double[width];
            smallest = new double[width];
            largest = new double[width];
            Arrays.fill(smallest, Double.POSITIVE_INFINITY);
            Arrays.fill(largest, Double.NEGATIVE_INFINITY);
            ExampleReader reader = new ExampleReader(data);
            for (int i = 0; i < count; i++) {
                reader.read(i);
                add(i + 1, reader.inputs());
            }
        }

        private void add(int number, float... example) {
            for (int j = 0; j < example.length; j++) {
                double difference = example[j] - mean[j];
                mean[j] += difference / number;
                squares[j] += difference * (example[j] - mean[j]);
                smallest[j] = Math.min(smallest[j], example[j]);
                largest[j] = Math.max(largest[j], example[j]);
            }
        }

        private double[] deviation() {
            return Arrays.stream(squares).map(sum -> Math.sqrt(sum / count)).toArray();
        }
    }
}
