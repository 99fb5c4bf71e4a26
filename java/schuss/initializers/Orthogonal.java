package schuss.initializers;

import schuss.Philox;
import schuss.Shape;

/**
 * Orthonormal rows or columns, whichever are fewer, times a gain (Saxe, McClelland and Ganguli 2014), so that a layer
 * keeps the lengths of what passes through it in both directions. Weights are treated as a matrix (fan-in, outputs).
 *
 * <p>They are computed from normal numbers by the Gram-Schmidt process in double precision. This is the QR decomposition
 * whose R has a positive diagonal, so all orthogonal matrices are equally likely and no signs need correction.
 */
record Orthogonal(double gain) implements Initializer {
    /** A vector that loses more than this share of its length has lost digits and is made orthogonal once more. */
    private static final double MUCH = 0.5;

    private static final int PANEL = 32; // vectors that stay in a cache while others pass by

    Orthogonal {
        if (!(gain > 0 && gain < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Initializer.orthogonal: expected a finite gain above 0, got " + gain);
        }
    }

    @Override
    public void initialize(Shape shape, Philox random, float[] values) {
        if (shape.rank() < 2) {
            throw new IllegalArgumentException(
                    "Initializer.orthogonal: expected weights with inputs and outputs, got " + shape);
        }
        int columns = shape.dim(-1);
        int rows = values.length / columns;
        boolean wide = rows < columns;
        random.normals(1, values);
        double[][] vectors = new double[Math.min(rows, columns)][Math.max(rows, columns)];
        for (int i = 0; i < values.length; i++) {
            int row = i / columns;
            int column = i % columns;
            vectors[wide ? row : column][wide ? column : row] = values[i];
        }
        orthonormalize(vectors);
        for (int i = 0; i < values.length; i++) {
            int row = i / columns;
            int column = i % columns;
            values[i] = (float) (gain * vectors[wide ? row : column][wide ? column : row]);
        }
    }

    private static void orthonormalize(double[][] vectors) {
        double[] before = new double[PANEL];
        for (int panel = 0; panel < vectors.length; panel += PANEL) {
            int end = Math.min(panel + PANEL, vectors.length);
            for (int j = panel; j < end; j++) {
                before[j - panel] = length(vectors[j]);
            }
            for (int i = 0;
                    i < panel;
                    i++) { // each of many earlier vectors is fetched from memory once for all of a panel
                for (int j = panel; j < end; j++) {
                    project(vectors[i], vectors[j]);
                }
            }
            for (int j = panel; j < end; j++) {
                normalize(vectors, panel, j, before[j - panel]);
            }
        }
    }

    /** Removes what is left of earlier directions, at first those from {@code first} on, and makes the length 1. */
    private static void normalize(double[][] vectors, int first, int index, double before) {
        double[] v = vectors[index];
        double length = reduced(vectors, first, index);
        while (length < MUCH * before) {
            before = length;
            length = reduced(vectors, 0, index);
        }
        for (int k = 0; k < v.length; k++) {
            v[k] /= length;
        }
    }

    /** Removes the directions from {@code first} on from one vector; returns the length that is left. */
    private static double reduced(double[][] vectors, int first, int index) {
        for (int i = first; i < index; i++) {
            project(vectors[i], vectors[index]);
        }
        return length(vectors[index]);
    }

    /** Removes the direction u, of length 1, from v. */
    private static void project(double[] u, double[] v) {
        double along = dot(u, v);
        for (int k = 0; k < v.length; k++) {
            v[k] -= along * u[k];
        }
    }

    private static double length(double[] v) {
        return Math.sqrt(dot(v, v));
    }

    /** The inner product in four sums, which the processor adds at the same time. */
    private static double dot(double[] a, double[] b) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 4 <= a.length; i += 4) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < a.length; i++) {
            s0 += a[i] * b[i];
        }
        return (s0 + s1) + (s2 + s3);
    }
}
