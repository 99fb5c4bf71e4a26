package schuss.conformance;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import schuss.DType;
import schuss.ir.ProgramBuilder;
import schuss.ir.Section;
import schuss.ops.Type;
import schuss.ops.Value;

/** A program to be differentiated, with numbers for its inputs, that runs on the reference. */
final class Calculation {
    /** Near the cube root of double's epsilon, where a central difference is best. */
    static final double H = 1e-5;

    private final Machine reference;
    private final ProgramBuilder builder;
    private final Map<Value, double[]> known = new HashMap<>();
    private final Random random;
    private int directions;

    Calculation(Machine reference, ProgramBuilder builder, long seed) {
        this.reference = reference;
        this.builder = builder;
        this.random = new Random(seed);
    }

    /** A case's op, and what it reads and makes. */
    record OfOp(Calculation calculation, OpCase c, List<Value> x, List<Value> y) {
        /** Those of the inputs that outputs follow smoothly. */
        List<Value> reals() {
            List<Value> reals = new ArrayList<>();
            for (int i = 0; i < x.size(); i++) {
                if (Derivability.isSmooth(c, i)) {
                    reals.add(x.get(i));
                }
            }
            return reals;
        }

        /** The same from the start: the same numbers, and the same directions to be drawn. */
        OfOp again() {
            return of(c, calculation.reference);
        }

        /** Those of the outputs that are real numbers. */
        List<Value> realOutputs() {
            return y.stream().filter(v -> v.dtype() == DType.F32).toList();
        }
    }

    static OfOp of(OpCase c, Machine reference) {
        ProgramBuilder builder = new ProgramBuilder();
        Calculation calculation = new Calculation(reference, builder, c.seed() + 1);
        double[][] values = c.values();
        List<Value> x = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            x.add(calculation.input("x" + i, c.inputs().get(i).type(), values[i]));
        }
        return new OfOp(calculation, c, x, builder.apply(c.op(), x));
    }

    ProgramBuilder builder() {
        return builder;
    }

    Value input(String name, Type type, double[] numbers) {
        Value input = builder.input(name, type);
        set(input, numbers);
        return input;
    }

    void set(Value value, double[] numbers) {
        known.put(value, numbers);
    }

    /** For each value an input of its shape, with numbers from -1 to 1. */
    Map<Value, Value> directions(Collection<Value> values) {
        Map<Value, Value> drawn = new LinkedHashMap<>();
        for (Value value : values) {
            double[] numbers = random.doubles(value.shape().size(), -1, 1).toArray();
            drawn.put(value, input("direction" + directions++, value.type(), numbers));
        }
        return drawn;
    }

    /** All values. */
    Map<Value, double[]> run() {
        return reference.run(builder.steps(Section.BODY), known);
    }

    /** All values after inputs have moved by h in their directions. */
    Map<Value, double[]> run(Map<Value, Value> directions, double h) {
        Map<Value, double[]> moved = new HashMap<>(known);
        directions.forEach((value, direction) -> moved.put(value, plus(known.get(value), h, known.get(direction))));
        return reference.run(builder.steps(Section.BODY), moved);
    }

    private static double[] plus(double[] x, double h, double[] direction) {
        double[] sum = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            sum[i] = x[i] + h * direction[i];
        }
        return sum;
    }

    /** The sum over some values of what each was multiplied by, element by element; where there is nothing it is 0. */
    static Sum product(Map<Value, Value> factors, Map<Value, Value> of, Map<Value, double[]> results) {
        double sum = 0;
        double magnitude = 0;
        for (Map.Entry<Value, Value> each : factors.entrySet()) {
            double[] a = results.get(each.getValue());
            double[] b = orZero(of.get(each.getKey()), results, each.getKey());
            for (int i = 0; i < a.length; i++) {
                sum += a[i] * b[i];
                magnitude += Math.abs(a[i] * b[i]);
            }
        }
        return new Sum(sum, magnitude);
    }

    /** A sum, and that of its terms' magnitudes. */
    record Sum(double sum, double magnitude) {}

    /** The numbers of a value, or as many zeros as another has numbers where there is none. */
    static double[] orZero(Value value, Map<Value, double[]> results, Value like) {
        return value == null ? new double[Math.toIntExact(like.shape().size())] : results.get(value);
    }

    /** Fails unless both are equal to within a share of the largest number, or of 1. */
    static void compare(String what, double[] expected, double[] actual, double tolerance) {
        double scale = 1;
        for (double value : expected) {
            scale = Math.max(scale, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(expected[i] - actual[i]) <= tolerance * scale)) {
                throw new AssertionError(
                        what + " at element " + i + ": expected " + expected[i] + ", got " + actual[i]);
            }
        }
    }

    /** (above - below) / 2h, element by element. */
    static double[] difference(double[] above, double[] below) {
        double[] slopes = new double[above.length];
        for (int i = 0; i < slopes.length; i++) {
            slopes[i] = (above[i] - below[i]) / (2 * H);
        }
        return slopes;
    }
}
