package schuss.conformance;

import static schuss.conformance.ErrorAnalysis.UNIT;

import java.util.function.IntUnaryOperator;
import schuss.ir.Step;
import schuss.ops.BatchNorm;
import schuss.ops.FusedBatchNorm;
import schuss.ops.GroupNorm;
import schuss.ops.LayerNorm;
import schuss.ops.Op;

/**
 * How far normalisations may be from the reference. With u = 2^-24, n elements that share statistics, of which at most 256
 * are added in single precision before a double takes over (4096 along a row), and s = 4 u sqrt(min(n, 256)), a sum's
 * relative error:
 *
 * <ul>
 *   <li>Deviations are taken from a shift near the mean, each off by u of itself; the shift is no further from the mean than
 *       one deviation sigma where all is of one distribution, so the sums of |d| and d^2 are at most sqrt(2) and 2 times
 *       those around the mean. The mean is off by s sqrt(2) sigma and its own rounding, the variance by (2 s + 3 u) var for
 *       the squares and as much as that for the squared mean deviation taken off.
 *   <li>y = (x - m) f + shift with f = scale / sqrt(var + epsilon): errors of m times f, half the variance's relative error
 *       and three roundings of (x - m) f, and those of the sums.
 *   <li>The gradient takes mean and variance as they are. Sums of dy and dy (x - mean) are off by s and s + 2 u of the sums
 *       of their magnitudes; dx = f dy + (x - mean) slope + offset by the sums' errors through slope and offset, three
 *       roundings of each term and two of the sums.
 *   <li>A ReLU that is found closed by x may be found open where its input is no more than its error from 0: dy is then
 *       missing or added.
 * </ul>
 */
final class NormalizationBounds {
    private static final double SUM = 4;
    private static final int COLUMN_RUN = 256;
    private static final int ROW_RUN = 4096;
    private static final double DOUBLE_UNIT = 0x1p-53;
    private static final double TINY = 0x1p-140;

    private final IntUnaryOperator statistics; // where the mean and variance of an element stand
    private final IntUnaryOperator feature; // where its scale and shift stand
    private final double epsilon;
    private final int run;

    private NormalizationBounds(IntUnaryOperator statistics, IntUnaryOperator feature, double epsilon, int run) {
        this.statistics = statistics;
        this.feature = feature;
        this.epsilon = epsilon;
        this.run = run;
    }

    /** The bounds of a normalisation's outputs, or null for another op. */
    static double[][] of(Step step, double[][] x, double[][] y) {
        Op op = step.op();
        if (op instanceof BatchNorm o) {
            return byChannel(step, o.epsilon()).forward(x, y, false);
        } else if (op instanceof FusedBatchNorm o) {
            return byChannel(step, o.epsilon()).forward(x, y, o.add());
        } else if (op instanceof GroupNorm o) {
            return byGroup(step, o.groups(), o.epsilon()).forward(x, y, false);
        } else if (op instanceof LayerNorm o) {
            return byRow(x[1].length, o.epsilon()).forward(x, y, false);
        } else if (op instanceof BatchNorm.Gradient o) {
            return byChannel(step, o.epsilon()).gradient(x, y);
        } else if (op instanceof GroupNorm.Gradient o) {
            return byGroup(step, o.groups(), o.epsilon()).gradient(x, y);
        } else if (op instanceof LayerNorm.Gradient o) {
            return byRow(x[1].length, o.epsilon()).gradient(x, y);
        } else if (op instanceof FusedBatchNorm.Gradient o) {
            return byChannel(step, o.epsilon()).reluGradient(x, y);
        } else if (op instanceof FusedBatchNorm.ResidualGradient o) {
            return byChannel(step, o.epsilon()).residualGradient(x, y, o.terms());
        }
        return null;
    }

    private static NormalizationBounds byChannel(Step step, double epsilon) {
        int channels = step.inputs().get(0).shape().dim(-1);
        return new NormalizationBounds(i -> i % channels, i -> i % channels, epsilon, COLUMN_RUN);
    }

    private static NormalizationBounds byGroup(Step step, int groups, double epsilon) {
        int channels = step.inputs().get(0).shape().dim(-1);
        int example = Math.toIntExact(step.inputs().get(0).shape().tail().size());
        return new NormalizationBounds(
                i -> i / example * groups + i % channels / (channels / groups), i -> i % channels, epsilon, COLUMN_RUN);
    }

    private static NormalizationBounds byRow(int columns, double epsilon) {
        return new NormalizationBounds(i -> i / columns, i -> i % columns, epsilon, ROW_RUN);
    }

    private static double sum(int terms, int run) {
        return SUM * UNIT * Math.sqrt(Math.min(terms, run));
    }

    private double[][] forward(double[][] x, double[][] y, boolean add) {
        double[] mean = y[1];
        double[] variance = y[2];
        int count = x[0].length / mean.length;
        double sum = sum(count, run);
        double[][] errors = {new double[x[0].length], new double[mean.length], new double[mean.length]};
        for (int s = 0; s < mean.length; s++) {
            // the reference's own mean is off by a few roundings of a double, squared in a variance of 0
            double own = 4 * DOUBLE_UNIT * Math.sqrt(count) * Math.abs(mean[s]);
            errors[1][s] = sum * Math.sqrt(2 * variance[s]) + UNIT * Math.abs(mean[s]) + own + TINY;
            errors[2][s] = 2 * (2 * sum + 3 * UNIT) * variance[s] + own * own + TINY;
        }
        for (int i = 0; i < x[0].length; i++) {
            int s = statistics.applyAsInt(i);
            int f = feature.applyAsInt(i);
            double factor = Math.abs(x[1][f]) / Math.sqrt(variance[s] + epsilon);
            double scaled = Math.abs(x[0][i] - mean[s]) * factor;
            double variances = errors[2][s] / (variance[s] + epsilon) / 2;
            double shifted = scaled + Math.abs(x[2][f]) + (add ? Math.abs(x[3][i]) : 0);
            errors[0][i] = factor * errors[1][s] + scaled * (variances + 3 * UNIT) + 2 * UNIT * shifted + TINY;
        }
        return errors;
    }

    /** x, scale, mean, variance, dy. */
    private double[][] gradient(double[][] x, double[][] y) {
        return gradient(x[0], x[1], x[2], x[3], x[4], new double[x[0].length], y);
    }

    /** With dy, each off by {@code unsure} of it. */
    private double[][] gradient(
            double[] x, double[] scale, double[] mean, double[] variance, double[] dy, double[] unsure, double[][] y) {
        int count = x.length / mean.length;
        double sum = sum(count, run);
        double features = sum(x.length / scale.length, COLUMN_RUN);
        double[][] errors = {new double[x.length], new double[scale.length], new double[scale.length]};
        double[] sums = new double[mean.length];
        double[] products = new double[mean.length];
        double[] sumErrors = new double[mean.length];
        double[] productErrors = new double[mean.length];
        for (int i = 0; i < x.length; i++) {
            int s = statistics.applyAsInt(i);
            int f = feature.applyAsInt(i);
            double deviation = x[i] - mean[s];
            double r = 1 / Math.sqrt(variance[s] + epsilon);
            double unsureDy = unsure[i];
            errors[1][f] += ((features + 4 * UNIT) * Math.abs(dy[i]) + unsureDy) * Math.abs(deviation * r);
            errors[2][f] += features * Math.abs(dy[i]) + unsureDy;
            double g = Math.abs(dy[i] * scale[f]);
            double unsureG = unsureDy * Math.abs(scale[f]);
            sums[s] += dy[i] * scale[f];
            products[s] += dy[i] * scale[f] * deviation;
            sumErrors[s] += (sum + UNIT) * g + unsureG;
            productErrors[s] += ((sum + 3 * UNIT) * g + unsureG) * Math.abs(deviation);
        }
        for (int f = 0; f < scale.length; f++) {
            errors[1][f] += 2 * UNIT * Math.abs(y[1][f]) + TINY;
            errors[2][f] += UNIT * Math.abs(y[2][f]) + TINY;
        }
        for (int i = 0; i < x.length; i++) {
            int s = statistics.applyAsInt(i);
            double factor = Math.abs(scale[feature.applyAsInt(i)]) / Math.sqrt(variance[s] + epsilon);
            double r = 1 / Math.sqrt(variance[s] + epsilon);
            double deviation = Math.abs(x[i] - mean[s]);
            double offset = r * Math.abs(sums[s]) / count;
            double slope = r * r * r * Math.abs(products[s]) / count * deviation;
            errors[0][i] = factor * unsure[i]
                    + r * sumErrors[s] / count
                    + r * r * r * productErrors[s] / count * deviation
                    + 5 * UNIT * (factor * Math.abs(dy[i]) + slope + offset)
                    + TINY;
        }
        return errors;
    }

    /** x, scale, shift, mean, variance, dy. */
    private double[][] reluGradient(double[][] x, double[][] y) {
        double[] dy = x[5].clone();
        double[] unsure = new double[dy.length];
        for (int i = 0; i < dy.length; i++) {
            int s = statistics.applyAsInt(i);
            int f = feature.applyAsInt(i);
            double scaled = (x[0][i] - x[3][s]) / Math.sqrt(x[4][s] + epsilon) * x[1][f];
            double error = UNIT * (3 * Math.abs(scaled) + Math.abs(scaled + x[2][f]));
            unsure[i] = Math.abs(scaled + x[2][f]) <= error ? Math.abs(dy[i]) : 0;
            dy[i] = scaled + x[2][f] > 0 ? dy[i] : 0;
        }
        return gradient(x[0], x[1], x[3], x[4], dy, unsure, y);
    }

    /** x, scale, mean, variance, y, dy and perhaps more of it. */
    private double[][] residualGradient(double[][] x, double[][] y, int terms) {
        double[] dy = y[3];
        double[] unsure = new double[dy.length];
        for (int i = 0; i < dy.length && terms == 2; i++) {
            unsure[i] = UNIT * Math.abs(dy[i]);
        }
        double[][] errors = gradient(x[0], x[1], x[2], x[3], dy, unsure, y);
        return new double[][] {errors[0], errors[1], errors[2], unsure};
    }
}
