package schuss.data.image;

/**
 * Linear resizing along one axis: each result is a weighted mean with the weights of a triangle, which is wider when
 * shrinking.
 */
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

    /** Resizes the outer axis of (length, inner) and adds the result to {@code result}. */
    void apply(float[] values, float[] result, int inner) {
        for (int i = 0; i < first.length; i++) {
            for (int j = 0; j < weights[i].length; j++) {
                add(weights[i][j], values, (first[i] + j) * inner, result, i * inner, inner);
            }
        }
    }

    private static void add(float weight, float[] values, int from, float[] result, int to, int count) {
        for (int k = 0; k < count; k++) {
            result[to + k] += weight * values[from + k];
        }
    }

    /** Resizes the outer axis of rows that arrive one after another and are not kept. */
    Rows rows(int inner) {
        return new Rows(inner);
    }

    final class Rows {
        private final int inner;
        private final float[] result;
        private int row; // that comes next
        private int open; // the first result that may have more to come

        private Rows(int inner) {
            this.inner = inner;
            result = new float[Math.multiplyExact(first.length, inner)];
        }

        void add(float... values) {
            while (open < first.length && first[open] + weights[open].length <= row) {
                open++;
            }
            for (int i = open; i < first.length && first[i] <= row; i++) {
                Resampling.add(weights[i][row - first[i]], values, 0, result, i * inner, inner);
            }
            row++;
        }

        float[] result() {
            return result;
        }
    }
}
