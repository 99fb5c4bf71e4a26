package schuss.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The numbers along an edge of a chart.
 *
 * @param from the number at its beginning
 * @param to the number at its end, above it
 * @param ticks round numbers between them
 */
record Axis(double from, double to, boolean logarithmic, List<Double> ticks) {
    private static final int MOST_TICKS = 6;
    private static final int DIGITS = 6;
    private static final int FACTOR_DIGITS = 3; // before an exponent
    private static final int FEW_DECADES = 2;

    /** An axis on which all of these fit. */
    static Axis of(DoubleStream values, boolean logarithmic) {
        double[] sorted = values.sorted().toArray();
        if (sorted.length == 0) {
            return linear(0, 1, false);
        }
        double min = sorted[0];
        double max = sorted[sorted.length - 1];
        return logarithmic
                ? decades(min, max)
                : linear(min, max, Arrays.stream(sorted).allMatch(v -> v == Math.rint(v)));
    }

    /** @param whole whether it counts something, so that nothing between whole numbers has a meaning */
    private static Axis linear(double min, double max, boolean whole) {
        double middle = (min + max) / 2;
        double room = max > min ? 0 : Math.max(Math.abs(middle) / 2, 1e-6);
        double least = step((max - min + 2 * room) / (MOST_TICKS - 1));
        double step = whole ? Math.max(1, least) : least;
        double from = Math.floor((min - room) / step);
        double to = Math.ceil((max + room) / step);
        List<Double> ticks = new ArrayList<>();
        for (double i = from; i <= to; i++) {
            ticks.add(rounded(i * step));
        }
        return new Axis(ticks.get(0), ticks.get(ticks.size() - 1), false, ticks);
    }

    /** 1, 2 or 5 times a power of ten, at least as large. */
    private static double step(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        double factor = least / power;
        return rounded(power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10));
    }

    private static Axis decades(double min, double max) {
        int from = (int) Math.floor(Math.log10(min));
        int to = Math.max(from + 1, (int) Math.ceil(Math.log10(max)));
        int step = (to - from) / MOST_TICKS + 1;
        List<Double> ticks = new ArrayList<>();
        for (int power = from; power <= to; power += step) {
            ticks.add(rounded(Math.pow(10, power)));
            if (to - from <= FEW_DECADES && power < to) {
                ticks.add(rounded(2 * Math.pow(10, power)));
                ticks.add(rounded(5 * Math.pow(10, power)));
            }
        }
        return new Axis(Math.pow(10, from), Math.pow(10, to), true, ticks);
    }

    /** Without the error of floating-point products, 0.30000000000000004. */
    private static double rounded(double value) {
        return new BigDecimal(value).round(new MathContext(DIGITS)).doubleValue();
    }

    /** Where a number lies, 0 at the beginning and 1 at the end. */
    double place(double value) {
        return logarithmic
                ? (Math.log(value) - Math.log(from)) / (Math.log(to) - Math.log(from))
                : (value - from) / (to - from);
    }

    /** A number as people write it: 0.25, 20000, 2.5e-7. */
    static String text(double value) {
        double size = Math.abs(value);
        BigDecimal number = new BigDecimal(value).round(new MathContext(DIGITS)).stripTrailingZeros();
        if (size == 0 || (size >= 1e-4 && size < 1e7)) {
            return number.toPlainString();
        }
        int exponent = number.precision() - number.scale() - 1;
        BigDecimal factor = number.movePointLeft(exponent).round(new MathContext(FACTOR_DIGITS));
        return factor.stripTrailingZeros().toPlainString() + "e" + exponent;
    }
}
