package schuss.train.diagnosis;

import schuss.Session;
import schuss.ops.Value;

/**
 * Mean, variance and share of exact zeros of a value's elements.
 *
 * @param mean of the elements
 * @param variance about the mean, divided by the number of elements
 * @param zeros the share of elements that are exactly 0
 */
record Moments(double mean, double variance, double zeros) {
    static Moments of(Session session, Value value) {
        float[] values = new float[Math.toIntExact(value.shape().size())];
        session.read(value, values, 0, values.length);
        double sum = 0;
        int zeros = 0;
        for (float v : values) {
            sum += v;
            zeros += v == 0 ? 1 : 0;
        }
        double mean = sum / values.length;
        double squares = 0;
        for (float v : values) {
            squares += (v - mean) * (v - mean);
        }
        return new Moments(mean, squares / values.length, (double) zeros / values.length);
    }
}
