package schuss.metrics;

import schuss.Shape;
import schuss.ops.Value;

/**
 * What follows from three sums for each class: of examples that are of it and taken for it (hits), of those taken for it, and
 * of those of it (labelled). Over an epoch these are added up on the device, and only then divided by one another.
 */
interface HitMetric extends Metric {
    /** Above which an output is taken for yes, where each answers yes or no. */
    double threshold();

    Average average();

    /** The metric of one class, or of all together. */
    double of(double hits, double taken, double labelled);

    @Override
    default int numbers(Shape output) {
        return Hits.PARTS * Math.toIntExact(output.size());
    }

    @Override
    default Value forward(Value output, Value target) {
        return Hits.of(name(), threshold(), output, target);
    }

    @Override
    default double result(double... means) {
        int classes = means.length / Hits.PARTS;
        double[] sums = new double[Hits.PARTS];
        double mean = 0;
        for (int i = 0; i < classes; i++) {
            double hits = means[i];
            double taken = means[classes + i];
            double labelled = means[2 * classes + i];
            mean += of(hits, taken, labelled) / classes;
            sums[0] += hits;
            sums[1] += taken;
            sums[2] += labelled;
        }
        return average() == Average.MACRO ? mean : of(sums[0], sums[1], sums[2]);
    }

    /** The name of a metric that is this one for its average. */
    default String named(String metric) {
        return average() == Average.MACRO ? metric : "micro " + metric;
    }

    /** A part of a whole; of nothing 0. */
    static double share(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }
}
