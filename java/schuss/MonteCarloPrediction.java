package schuss;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Several predictions of the same examples, as Monte Carlo dropout draws them, and their spread. Every answer has one number
 * for each output of each example, in the order of {@link Model#predict}.
 *
 * @param samples at least 2, of equal length; kept, not copied
 */
public record MonteCarloPrediction(List<float[]> samples) {
    private static final int MOST_SHOWN = 10; // numbers

    public MonteCarloPrediction {
        samples = List.copyOf(samples);
        if (samples.size() < 2) {
            throw new IllegalArgumentException(
                    "MonteCarloPrediction: expected at least 2 samples, got " + samples.size());
        }
        int length = samples.get(0).length;
        for (float[] sample : samples) {
            if (sample.length != length) {
                throw new IllegalArgumentException(
                        "MonteCarloPrediction: expected samples of " + length + " numbers, got " + sample.length);
            }
        }
    }

    /** The mean over the samples: the prediction of Monte Carlo dropout. */
    public float[] mean() {
        float[] means = new float[samples.get(0).length];
        for (int i = 0; i < means.length; i++) {
            means[i] = (float) mean(i);
        }
        return means;
    }

    private double mean(int output) {
        double sum = 0;
        for (float[] sample : samples) {
            sum += sample[output];
        }
        return sum / samples.size();
    }

    /** The standard deviation over the samples, sqrt(sum (y - mean)^2 / (n - 1)). */
    public float[] standardDeviation() {
        float[] deviations = new float[samples.get(0).length];
        for (int i = 0; i < deviations.length; i++) {
            double mean = mean(i);
            double squares = 0;
            for (float[] sample : samples) {
                squares += (sample[i] - mean) * (sample[i] - mean);
            }
            deviations[i] = (float) Math.sqrt(squares / (samples.size() - 1));
        }
        return deviations;
    }

    /**
     * The value below which a share {@code q} of the samples lies, linear between neighbours: 0 gives the smallest, 0.5 the
     * median, 1 the largest.
     *
     * @throws IllegalArgumentException unless q is in [0, 1]
     */
    public float[] quantile(double q) {
        if (!(q >= 0 && q <= 1)) {
            throw new IllegalArgumentException("quantile: expected a share in [0, 1], got " + q);
        }
        double position = q * (samples.size() - 1);
        int below = (int) position;
        int above = Math.min(below + 1, samples.size() - 1);
        float[] quantiles = new float[samples.get(0).length];
        float[] sorted = new float[samples.size()];
        for (int i = 0; i < quantiles.length; i++) {
            for (int s = 0; s < sorted.length; s++) {
                sorted[s] = samples.get(s)[i];
            }
            Arrays.sort(sorted);
            double low = sorted[below];
            double share = position - below;
            quantiles[i] = (float) (share == 0 ? low : low + share * (sorted[above] - low));
        }
        return quantiles;
    }

    /** The means and standard deviations of the first outputs, like
     * {@code 100 samples of 2 numbers: 0.930 (0.0412), 0.0700 (0.0412)}. */
    @Override
    public String toString() {
        float[] means = mean();
        float[] deviations = standardDeviation();
        String shown = IntStream.range(0, Math.min(means.length, MOST_SHOWN))
                .mapToObj(i -> String.format(Locale.ROOT, "%.3g (%.3g)", means[i], deviations[i]))
                .collect(Collectors.joining(", "));
        return samples.size() + " samples of " + means.length + " numbers: " + shown
                + (means.length > MOST_SHOWN ? ", ..." : "");
    }
}
