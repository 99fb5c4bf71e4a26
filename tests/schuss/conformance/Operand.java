package schuss.conformance;

import java.util.Random;
import java.util.function.ToDoubleFunction;
import schuss.DType;
import schuss.Shape;
import schuss.backend.kernels.BFloat16;
import schuss.ops.Type;

/** One input of an op's case: its type, and how each of its numbers is drawn. All drawn numbers fit the type exactly. */
record Operand(Type type, ToDoubleFunction<Random> draw) {
    /** Standard normal numbers. */
    static Operand normal(int... shape) {
        return of(Random::nextGaussian, shape);
    }

    /** -8 .. 8: sums and products of a few thousand are exact in f32. */
    static Operand integers(int... shape) {
        return of(r -> r.nextInt(17) - 8, shape);
    }

    /** 0.5 .. 2.5. */
    static Operand positive(int... shape) {
        return of(r -> 0.5 + 2 * r.nextDouble(), shape);
    }

    /** Of both signs, at least 0.25 from 0, where functions with a kink have it. */
    static Operand awayFromZero(int... shape) {
        return of(r -> (r.nextBoolean() ? 1 : -1) * (0.25 + 2 * r.nextDouble()), shape);
    }

    /** From {@code low} to {@code high}. */
    static Operand between(double low, double high, int... shape) {
        return of(r -> low + (high - low) * r.nextDouble(), shape);
    }

    /** One of these. */
    static Operand among(double[] values, int... shape) {
        return of(r -> values[r.nextInt(values.length)], shape);
    }

    static Operand constant(double value, int... shape) {
        return of(r -> value, shape);
    }

    /** i32 labels 0 .. classes-1. */
    static Operand labels(int classes, int... shape) {
        return of(DType.I32, r -> r.nextInt(classes), shape);
    }

    static Operand of(ToDoubleFunction<Random> draw, int... shape) {
        return of(DType.F32, draw, shape);
    }

    static Operand of(DType dtype, ToDoubleFunction<Random> draw, int... shape) {
        return new Operand(new Type(dtype, Shape.of(shape)), draw);
    }

    double[] values(Random random) {
        double[] values = new double[Math.toIntExact(type.shape().size())];
        for (int i = 0; i < values.length; i++) {
            double value = draw.applyAsDouble(random);
            values[i] = switch (type.dtype()) {
                case F32 -> (float) value;
                case BF16 -> BFloat16.round((float) value);
                default -> value;
            };
        }
        return values;
    }
}
