package schuss.data;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What the text of a cell means. */
final class Cell {
    private static final Set<String> MISSING = Set.of("", "?", "na", "n/a", "nan", "null");
    private static final int LONGEST_SHOWN = 40;
    private static final int MOST_DIGITS = 15; // that a double holds exactly, whichever they are
    private static final double[] POWERS_OF_TEN = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14
    };
    private static final long BELOW_A_FLOAT = (1L << 29) - 1; // bits of a double's fraction that a float has not
    private static final long MIDDLE = 1L << 28;

    private Cell() {}

    /** Whether nothing is known: an empty cell, {@code NA}, {@code N/A}, {@code NaN}, {@code null} or {@code ?}. */
    static boolean isMissing(String text) {
        return text.length() <= 4 && MISSING.contains(text.toLowerCase(Locale.ROOT));
    }

    /** The number, or NaN for text that is none which a float can hold. */
    static float number(String text) {
        float plain = plainNumber(text);
        return Float.isNaN(plain) ? anyNumber(text) : plain;
    }

    /**
     * The number of a text such as {@code -12.375}, or NaN for another one. As {@link Float#parseFloat}, many times as fast:
     * the digits and the power of ten are exact doubles, so their quotient is the double next to the number (Clinger 1990),
     * and the float next to that is the one next to the number unless the double lies in the middle of two.
     */
    private static float plainNumber(String text) {
        int length = text.length();
        if (length == 0 || length > MOST_DIGITS) {
            return Float.NaN;
        }
        boolean negative = text.charAt(0) == '-';
        long digits = 0;
        int point = -1;
        int from = negative ? 1 : 0;
        for (int i = from; i < length; i++) {
            int digit = text.charAt(i) - '0';
            if (digit >= 0 && digit <= 9) {
                digits = 10 * digits + digit;
            } else if (digit == '.' - '0' && point < 0) {
                point = i;
            } else {
                return Float.NaN;
            }
        }
        if (length - from == (point < 0 ? 0 : 1)) {
            return Float.NaN; // no digit
        }
        double value = point < 0 ? digits : digits / POWERS_OF_TEN[length - 1 - point];
        if ((Double.doubleToRawLongBits(value) & BELOW_A_FLOAT) == MIDDLE) {
            return Float.NaN;
        }
        return (float) (negative ? -value : value);
    }

    private static float anyNumber(String text) {
        if (text.isEmpty()) {
            return Float.NaN;
        }
        char last = text.charAt(text.length() - 1); // Java would take 1f, 1d, NaN and Infinity
        boolean possible = (last >= '0' && last <= '9') || last == '.';
        char first = text.charAt(0);
        possible &= (first >= '0' && first <= '9') || first == '.' || first == '-' || first == '+';
        if (!possible || text.indexOf('x') >= 0 || text.indexOf('X') >= 0) {
            return Float.NaN;
        }
        try {
            float value = Float.parseFloat(text);
            return Float.isFinite(value) ? value : Float.NaN;
        } catch (NumberFormatException e) {
            return Float.NaN;
        }
    }

    /** Whether it is a number with a comma where a point is expected. */
    static boolean hasDecimalComma(String text) {
        return text.indexOf(',') >= 0 && !Float.isNaN(number(text.replace(',', '.')));
    }

    /** The text as messages show it: not all of a long one, and on one line. */
    static String shown(String text) {
        if (text.isEmpty()) {
            return "nothing";
        }
        String start = text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text;
        return start.codePoints().anyMatch(Character::isISOControl)
                ? start.codePoints()
                        .mapToObj(c -> Character.isISOControl(c)
                                ? String.format(Locale.ROOT, "\\u%04x", c)
                                : Character.toString(c))
                        .collect(Collectors.joining())
                : start;
    }
}
