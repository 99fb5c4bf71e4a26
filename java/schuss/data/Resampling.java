package schuss.data;

/** Linear resizing along one axis: each result is a mean with weights of a triangle, wider where it shrinks. */
final class Resampling {
    private final int[] first; // of the values that a result is made of
    private final float[][] weights;

    Resampling(int length, int newLength) {
        first = new int[newLength];
        weights = new float[newLength][];
        double step = (double) length / newLength;
        double reach = Math.max(1, step);
        for (int i = 0; i < newLength; i++) {
            double centre = (i + 0.5) * step - 0.5;
            first[i] = Math.max(0, (int) Math.ceil(centre - reach));
            int last = Math.min(length - 1, (int) Math.floor(centre + reach));
            double sum = 0;
            for (int j = first[i]; j <= last; j++) {
                sum += 1 - Math.abs(j - centre) / reach;
            }
            weights[i] = new float[last - first[i] + 1];
            for (int j = first[i]; j <= last; j++) {
                weights[i][j - first[i]] = (float) ((1 - Math.abs(j - centre) / reach) / sum);
            }
        }
    }

    /** Resizes the outer axis of (length, inner) and adds the result to {@code result}, from {@code to} on. */
    void apply(float[] values, float[] result, int to, int inner) {
        for (int i = 0; i < first.length; i++) {
            for (int j = 0; j < weights[i].length; j++) {
                float weight = weights[i][j];
                int source = (first[i] + j) * inner;
                int target = to + i * inner;
                for (int k = 0; k < inner; k++) {
                    result[target + k] += weight * values[source + k];
                }
            }
        }
    }
}
