package schuss.backend.reference;

import java.util.function.IntUnaryOperator;
import schuss.ops.BatchNorm;
import schuss.ops.FusedBatchNorm;
import schuss.ops.GroupNorm;
import schuss.ops.LayerNorm;

/**
 * Normalisations. Each one says which statistics and which scale an element belongs to; the rest is shared. x are the
 * inputs, y the outputs.
 */
final class ReferenceNormalization {
    private ReferenceNormalization() {}

    static void register(ReferenceBackend backend) {
        backend.loop(BatchNorm.class, (op, x, y) -> normalize(byChannel(x[0]), op.epsilon(), x, y));
        backend.loop(GroupNorm.class, (op, x, y) -> normalize(byGroup(x[0], op.groups()), op.epsilon(), x, y));
        backend.loop(LayerNorm.class, (op, x, y) -> normalize(byRow(x[0], x[1]), op.epsilon(), x, y));
        backend.loop(FusedBatchNorm.class, ReferenceNormalization::fused);
        backend.loop(
                BatchNorm.Gradient.class,
                (op, x, y) -> gradient(byChannel(x[0]), op.epsilon(), x[0], x[1], x[2], x[3], x[4].copy(), y));
        backend.loop(
                GroupNorm.Gradient.class,
                (op, x, y) ->
                        gradient(byGroup(x[0], op.groups()), op.epsilon(), x[0], x[1], x[2], x[3], x[4].copy(), y));
        backend.loop(
                LayerNorm.Gradient.class,
                (op, x, y) -> gradient(byRow(x[0], x[1]), op.epsilon(), x[0], x[1], x[2], x[3], x[4].copy(), y));
        backend.loop(FusedBatchNorm.Gradient.class, ReferenceNormalization::reluGradient);
        backend.loop(FusedBatchNorm.ResidualGradient.class, ReferenceNormalization::residualGradient);
    }

    /** By an element's index: where its mean and variance stand, and where its scale and shift. */
    private record Index(IntUnaryOperator statistics, IntUnaryOperator feature) {}

    private static Index byChannel(Array x) {
        int channels = x.shape().dim(-1);
        return new Index(i -> i % channels, i -> i % channels);
    }

    private static Index byGroup(Array x, int groups) {
        int channels = x.shape().dim(-1);
        int example = x.size() / x.shape().dim(0);
        return new Index(i -> i / example * groups + i % channels / (channels / groups), i -> i % channels);
    }

    private static Index byRow(Array x, Array scale) {
        int columns = scale.size();
        return new Index(i -> i / columns, i -> i % columns);
    }

    private static double z(Index at, double epsilon, Array x, Array mean, Array variance, int i) {
        int s = at.statistics.applyAsInt(i);
        return (x.get(i) - mean.get(s)) / Math.sqrt(variance.get(s) + epsilon);
    }

    private static void normalize(Index at, double epsilon, Array[] x, Array[] y) {
        Array mean = y[1];
        Array variance = y[2];
        double count = (double) x[0].size() / mean.size();
        for (int s = 0; s < mean.size(); s++) {
            mean.set(s, 0);
            variance.set(s, 0);
        }
        for (int i = 0; i < x[0].size(); i++) {
            mean.add(at.statistics.applyAsInt(i), x[0].get(i));
        }
        for (int s = 0; s < mean.size(); s++) {
            mean.set(s, mean.get(s) / count);
        }
        for (int i = 0; i < x[0].size(); i++) {
            int s = at.statistics.applyAsInt(i);
            double deviation = x[0].get(i) - mean.get(s);
            variance.add(s, deviation * deviation);
        }
        for (int s = 0; s < mean.size(); s++) {
            variance.set(s, variance.get(s) / count);
        }
        for (int i = 0; i < x[0].size(); i++) {
            int f = at.feature.applyAsInt(i);
            y[0].set(i, z(at, epsilon, x[0], mean, variance, i) * x[1].get(f) + x[2].get(f));
        }
    }

    private static void fused(FusedBatchNorm op, Array[] x, Array[] y) {
        normalize(byChannel(x[0]), op.epsilon(), x, y);
        for (int i = 0; i < y[0].size(); i++) {
            double sum = y[0].get(i) + (op.add() ? x[3].get(i) : 0);
            y[0].set(i, op.relu() ? Math.max(sum, 0) : sum);
        }
    }

    /** dx, dScale, dShift by the formula of {@link BatchNorm}, with means over whatever shares its statistics. */
    private static void gradient(
            Index at, double epsilon, Array x, Array scale, Array mean, Array variance, double[] dy, Array[] y) {
        double count = (double) x.size() / mean.size();
        double[] sums = new double[mean.size()];
        double[] products = new double[mean.size()];
        for (int f = 0; f < scale.size(); f++) {
            y[1].set(f, 0);
            y[2].set(f, 0);
        }
        for (int i = 0; i < x.size(); i++) {
            int f = at.feature.applyAsInt(i);
            int s = at.statistics.applyAsInt(i);
            double z = z(at, epsilon, x, mean, variance, i);
            y[1].add(f, dy[i] * z);
            y[2].add(f, dy[i]);
            sums[s] += dy[i] * scale.get(f);
            products[s] += dy[i] * scale.get(f) * z;
        }
        for (int i = 0; i < x.size(); i++) {
            int s = at.statistics.applyAsInt(i);
            double g = dy[i] * scale.get(at.feature.applyAsInt(i));
            double z = z(at, epsilon, x, mean, variance, i);
            double r = 1 / Math.sqrt(variance.get(s) + epsilon);
            // what is its own mean is 0, whatever it is
            y[0].set(i, count == 1 ? 0 : r * (g - sums[s] / count - z * products[s] / count));
        }
    }

    private static void reluGradient(FusedBatchNorm.Gradient op, Array[] x, Array[] y) {
        Index at = byChannel(x[0]);
        double[] dy = x[5].copy();
        for (int i = 0; i < dy.length; i++) {
            int f = at.feature.applyAsInt(i);
            double forward = z(at, op.epsilon(), x[0], x[3], x[4], i) * x[1].get(f) + x[2].get(f);
            dy[i] = forward > 0 ? dy[i] : 0;
        }
        gradient(at, op.epsilon(), x[0], x[1], x[3], x[4], dy, y);
    }

    private static void residualGradient(FusedBatchNorm.ResidualGradient op, Array[] x, Array[] y) {
        double[] dy = x[5].copy();
        for (int i = 0; i < dy.length; i++) {
            dy[i] = x[4].get(i) > 0 ? dy[i] + (op.terms() == 2 ? x[6].get(i) : 0) : 0;
            y[3].set(i, dy[i]);
        }
        gradient(byChannel(x[0]), op.epsilon(), x[0], x[1], x[2], x[3], dy, y);
    }
}
