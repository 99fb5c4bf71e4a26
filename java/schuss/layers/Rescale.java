package schuss.layers;

import java.util.Arrays;
import java.util.List;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.data.ExampleReader;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/**
 * Scales the inputs of a network with numbers computed from the training set: {@code y = (x - offset) * scale}, element
 * by element. Put it first in a network. The numbers are part of the model and saved with it, but not trained, so
 * predictions take raw inputs. Input and output have the same shape, (batch, ...).
 *
 * <pre>{@code
 * Layer net = Sequential.of(Rescale.standardise(train), new Dense(32), new Relu(), new Dense(3));
 * }</pre>
 *
 * <p>Compute it from the training set only, never from validation or test data. An input that has the same value in every
 * example is shifted but not scaled. {@code new Rescale()} stands for this layer when a model is loaded, because the file
 * holds the numbers.
 *
 * @param offset what is subtracted: one number for each element of an example, or empty for 0
 * @param scale what the difference is multiplied by: as many numbers, or empty for 1
 */
public record Rescale(List<Float> offset, List<Float> scale) implements Layer {
    /**
     * Creates the layer from given numbers.
     *
     * @param offset what is subtracted: one number for each element of an example, or empty for 0
     * @param scale what the difference is multiplied by: as many numbers, or empty for 1
     * @throws IllegalArgumentException if there are not as many scales as offsets
     */
    public Rescale {
        offset = List.copyOf(offset);
        scale = List.copyOf(scale);
        if (offset.size() != scale.size()) {
            throw new IllegalArgumentException(
                    "Rescale: expected as many scales as offsets, got " + scale.size() + " and " + offset.size());
        }
    }

    /** Creates a layer that changes nothing until the numbers of a model file are loaded into it. */
    public Rescale() {
        this(List.of(), List.of());
    }

    /**
     * {@return a layer that gives every input element mean 0 and variance 1: {@code (x - mean) / standardDeviation}}
     *
     * @param train the training set, which is read once
     */
    public static Rescale standardise(Dataset train) {
        Statistics all = new Statistics(train);
        return of(all.mean, all.deviation());
    }

    /**
     * {@return a layer that maps the smallest value of every input element to 0 and the largest to 1: {@code (x - min) /
     * (max - min)}}
     *
     * @param train the training set, which is read once
     */
    public static Rescale minMax(Dataset train) {
        Statistics all = new Statistics(train);
        double[] ranges = new double[all.mean.length];
        Arrays.setAll(ranges, i -> all.largest[i] - all.smallest[i]);
        return of(all.smallest, ranges);
    }

    /**
     * {@return a layer that subtracts the mean example: {@code x - mean}}
     *
     * @param train the training set, which is read once
     */
    public static Rescale meanImage(Dataset train) {
        double[] mean = new Statistics(train).mean;
        double[] ones = new double[mean.length];
        Arrays.fill(ones, 1);
        return of(mean, ones);
    }

    /**
     * {@return a layer that undoes a standardisation, for the output of a regression: {@code y = x * deviation + mean}}
     *
     * @param mean the means, one for each element
     * @param deviation the standard deviations, one for each element, all above 0
     */
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

    /** Mean, variance, minimum and maximum of every input element, by the method of Welford (1962). */
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
