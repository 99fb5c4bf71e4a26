package schuss.data.table;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The meaning of a cell's text. */
final class Cell {
    private static final Set<String> MISSING = Set.of("", "?", "na", "n/a", "#n/a", "<na>", "nan", "null");
    private static final int LONGEST_SHOWN = 40;
    private static final int MOST_DIGITS = 15; // that a double holds exactly, whichever they are
    private static final double[] POWERS_OF_TEN = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14
    };
    private static final Set<String> DASHES =
            Set.of("-", "--", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212");

    private Cell() {}

    /**
     * Whether the cell has no value: it is empty or {@code NA}, {@code N/A}, {@code #N/A}, {@code NaN}, {@code null} or
     * {@code ?}.
     */
    static boolean isMissing(String text) {
        return text.length() <= 4 && MISSING.contains(text.toLowerCase(Locale.ROOT));
    }

    /** Whether it is a dash, which means a missing value in a column of numbers. */
    static boolean isDash(String text) {
        return text.length() <= 2 && DASHES.contains(text);
    }

    /**
     * The text without what is not visible: blanks of any kind around it, characters of no width, quotes that the CSV
     * reader kept because of a blank before them, and the {@code ="..."} that spreadsheets write to keep a text as it is.
     */
    static String clean(String text) {
        String clean = text.strip();
        for (int i = 0; i < clean.length(); i++) {
            if (clean.charAt(i) >= 0x80) {
                clean = withoutInvisible(clean);
                break;
            }
        }
        if (clean.length() >= 3 && clean.startsWith("=\"") && clean.endsWith("\"")) {
            clean = clean.substring(1);
        }
        boolean quoted = clean.length() >= 2 && clean.charAt(0) == '"' && clean.charAt(clean.length() - 1) == '"';
        return quoted
                ? clean.substring(1, clean.length() - 1).replace("\"\"", "\"").strip()
                : clean;
    }

    private static String withoutInvisible(String text) {
        StringBuilder kept = new StringBuilder();
        text.codePoints().filter(c -> Character.getType(c) != Character.FORMAT).forEach(kept::appendCodePoint);
        int from = 0;
        int to = kept.length();
        while (from < to && isBlank(kept.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(kept.charAt(to - 1))) {
            to--;
        }
        return kept.substring(from, to);
    }

    private static boolean isBlank(char c) { // no-break blanks are none to Character.isWhitespace
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    /** The number of a text that can be read without knowing its column, such as {@code -12.375}, or NaN. */
    static double number(String text) {
        double plain = plainNumber(text);
        if (!Double.isNaN(plain)) {
            return plain;
        }
        NumberText number = NumberText.of(text);
        return number != null && number.before().isEmpty() && number.after().isEmpty()
                ? number.value('.', "")
                : Double.NaN;
    }

    /**
     * The number of a text such as {@code -12.375}, or NaN for any other text. The result is that of {@link
     * Double#parseDouble}, many times faster: the digits and the power of ten are exact doubles, so their quotient is the
     * double nearest to the number (Clinger 1990).
     */
    static double plainNumber(String text) {
        int length = text.length();
        if (length == 0 || length > MOST_DIGITS) {
            return Double.NaN;
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
                return Double.NaN;
            }
        }
        if (length - from == (point < 0 ? 0 : 1)) {
            return Double.NaN; // no digit
        }
        double value = point < 0 ? digits : digits / POWERS_OF_TEN[length - 1 - point];
        return negative ? -value : value;
    }

    /** The text for messages: shortened and on one line. */
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
