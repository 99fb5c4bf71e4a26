package schuss.data;

import java.util.Locale;
import java.util.Set;

/** What the text of a cell means. */
final class Cell {
    private static final Set<String> MISSING = Set.of("", "?", "na", "n/a", "nan", "null");
    private static final int LONGEST_SHOWN = 40;

    private Cell() {}

    /** Whether nothing is known: an empty cell, {@code NA}, {@code N/A}, {@code NaN}, {@code null} or {@code ?}. */
    static boolean isMissing(String text) {
        return text.length() <= 4 && MISSING.contains(text.toLowerCase(Locale.ROOT));
    }

    /** The number, or NaN for text that is none which a float can hold. */
    static float number(String text) {
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

    /** The text as messages show it. */
    static String shown(String text) {
        return text.isEmpty()
                ? "nothing"
                : text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text;
    }
}
