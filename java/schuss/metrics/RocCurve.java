package schuss.metrics;

import java.util.Comparator;
import java.util.stream.IntStream;

/** The area under the receiver operating characteristic (Fawcett 2006). */
public final class RocCurve {
    private RocCurve() {}

    /**
     * The area under the curve of true against false positives: the probability that a positive example's score is above a
     * negative one's, where equal scores count half (Mann and Whitney 1947).
     *
     * @return 0 to 1; NaN where there are no positive or no negative examples, or a score is NaN
     */
    public static double area(boolean[] positive, double[] scores) {
        if (positive.length != scores.length) {
            throw new IllegalArgumentException(
                    "RocCurve: expected a score for each of " + positive.length + " examples, got " + scores.length);
        }
        Integer[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> scores[i]))
                .toArray(Integer[]::new);
        double positives = 0;
        double negatives = 0;
        double area = 0; // pairs in which the positive example's score is higher
        for (int from = 0, to; from < order.length; from = to) {
            double tiedPositives = 0;
            for (to = from; to < order.length && scores[order[to]] == scores[order[from]]; to++) {
                tiedPositives += positive[order[to]] ? 1 : 0;
            }
            if (to == from) {
                return Double.NaN; // NaN equals nothing, itself included
            }
            double tiedNegatives = to - from - tiedPositives;
            area += tiedPositives * (negatives + tiedNegatives / 2);
            positives += tiedPositives;
            negatives += tiedNegatives;
        }
        return area / (positives * negatives);
    }
}
