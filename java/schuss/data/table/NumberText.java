package schuss.data.table;

import java.util.Currency;
import java.util.List;
import java.util.stream.Stream;

/**
 * The parts of a cell that may be a number: {@code -1.234,50 €} has a currency after digits with marks between them.
 * Whether a mark is a decimal mark or separates groups of digits can depend on other cells. Each interpretation is a bit,
 * and the interpretations of a column are those that all of its cells allow.
 *
 * @param before the currency before the digits
 * @param negative whether there is a minus sign, or parentheses
 * @param body digits and the marks between them
 * @param exponent the exponent of ten
 * @param after the unit after the digits
 */
record NumberText(String before, boolean negative, String body, int exponent, String after) {
    /** All interpretations. */
    static final int ALL = (1 << 10) - 1;

    private static final String DECIMALS = ".,";
    private static final String OTHERS = " '_"; // marks that never stand in front of a fraction
    private static final int WAYS =
            2 + OTHERS.length(); // with each decimal mark: no grouping, the other mark, or one of OTHERS
    private static final int LONGEST = 64;
    private static final int LONGEST_UNIT = 12;
    private static final int LONGEST_EXPONENT = 4;
    private static final int HEX_DIGITS = 13; // that a double holds exactly
    private static final String UNIT_SIGNS = "%‰‱°/·.²³µ\"′″ ^";

    /** The parts of a cleaned cell, or null if it is not a number. */
    static NumberText of(String cell) {
        if (cell.isEmpty() || cell.length() > LONGEST) {
            return null;
        }
        String text = cell.charAt(0) == '\'' ? cell.substring(1) : folded(cell);
        if (text.regionMatches(true, text.startsWith("-") || text.startsWith("+") ? 1 : 0, "0x", 0, 2)) {
            return hexadecimal(text);
        }
        int from = 0;
        while (from < text.length() && !startsDigits(text, from)) {
            from++;
        }
        if (from == text.length()) {
            return null;
        }
        int to = endOfDigits(text, from);
        int end = endOfExponent(text, to);
        if (end - to > LONGEST_EXPONENT + 2) {
            return null;
        }
        int exponent = end == to ? 0 : Integer.parseInt(text.substring(to + 1, end));
        return signed(text.substring(0, from), text.substring(from, to), exponent, text.substring(end));
    }

    /** The same text with digits and marks of other scripts replaced by those of ASCII. */
    private static String folded(String cell) {
        if (cell.chars().allMatch(c -> c < 0x80)) {
            return cell;
        }
        StringBuilder folded = new StringBuilder();
        cell.codePoints().map(NumberText::folded).forEach(folded::appendCodePoint);
        return folded.toString();
    }

    private static int folded(int c) {
        if (c < 0x80) {
            return c;
        }
        if (Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER) {
            return '0' + Character.digit(c, 10);
        }
        if (c >= 0xFF01 && c <= 0xFF5E) { // full width
            return c - 0xFEE0;
        }
        return switch (c) {
            case 0x066B -> '.'; // Arabic decimal separator
            case 0x066C -> ','; // Arabic thousands separator
            case 0x066A -> '%';
            case 0x2212, 0x2010, 0x2011, 0x2012, 0x2013, 0xFE63 -> '-';
            case 0x2019, 0x2BC, 0x2032 -> '\'';
            default -> Character.isSpaceChar(c) ? ' ' : c;
        };
    }

    private static boolean startsDigits(String text, int i) {
        char c = text.charAt(i);
        return isDigit(c) || (DECIMALS.indexOf(c) >= 0 && i + 1 < text.length() && isDigit(text.charAt(i + 1)));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** The end of the digits. A mark belongs to them if a digit follows; a decimal mark also at the very end. */
    private static int endOfDigits(String text, int from) {
        int i = from;
        while (i < text.length()) {
            char c = text.charAt(i);
            boolean decimal = DECIMALS.indexOf(c) >= 0;
            boolean digitNext = i + 1 < text.length() && isDigit(text.charAt(i + 1));
            boolean mark = (decimal || OTHERS.indexOf(c) >= 0) && digitNext;
            if (!isDigit(c) && !mark && !(decimal && i + 1 == text.length())) {
                return i;
            }
            i++;
        }
        return i;
    }

    /** The end of an exponent such as {@code e-5}, or Fortran's {@code D+01}. */
    private static int endOfExponent(String text, int from) {
        if (from >= text.length() || "eEdD".indexOf(text.charAt(from)) < 0) {
            return from;
        }
        int i = from + 1;
        if (i < text.length() && "+-".indexOf(text.charAt(i)) >= 0) {
            i++;
        }
        int digits = i;
        while (i < text.length() && isDigit(text.charAt(i))) {
            i++;
        }
        return i == digits ? from : i;
    }

    private static NumberText hexadecimal(String text) {
        boolean signed = text.charAt(0) != '0';
        String digits = text.substring(signed ? 3 : 2);
        if (digits.isEmpty()
                || digits.length() > HEX_DIGITS
                || digits.chars().anyMatch(c -> c >= 0x80 || Character.digit(c, 16) < 0)) {
            return null;
        }
        return new NumberText("", text.charAt(0) == '-', Long.toString(Long.parseLong(digits, 16)), 0, "");
    }

    /** Removes the sign: a minus before or after the number, or parentheses as in accounting. */
    private static NumberText signed(String front, String body, int exponent, String back) {
        String before = front;
        String after = back;
        boolean negative = false;
        if (before.indexOf('(') >= 0 && after.endsWith(")")) {
            before = before.replaceFirst("\\(", "");
            after = after.substring(0, after.length() - 1);
            negative = true;
        } else if (before.indexOf('-') >= 0) {
            before = before.replaceFirst("-", "");
            negative = true;
        } else if (before.indexOf('+') >= 0) {
            before = before.replaceFirst("\\+", "");
        } else if (after.equals("-")) {
            after = "";
            negative = true;
        }
        before = before.strip();
        after = after.strip();
        return isCurrency(before) && (isUnit(after) || isCurrency(after))
                ? new NumberText(before, negative, body, exponent, after)
                : null;
    }

    private static boolean isCurrency(String text) {
        if (text.isEmpty()) {
            return true;
        }
        if (text.length() <= 4 && text.codePoints().anyMatch(c -> Character.getType(c) == Character.CURRENCY_SYMBOL)) {
            return text.codePoints()
                    .allMatch(c -> Character.isUpperCase(c) || Character.getType(c) == Character.CURRENCY_SYMBOL);
        }
        try {
            return text.length() == 3 && Currency.getInstance(text) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Letters and signs of units, but not a sign alone that is none, such as in {@code 3.}. */
    private static boolean isUnit(String text) {
        return text.isEmpty()
                || (text.length() <= LONGEST_UNIT
                        && text.chars().allMatch(c -> Character.isLetter(c) || UNIT_SIGNS.indexOf(c) >= 0)
                        && text.chars().anyMatch(c -> Character.isLetter(c) || "%‰‱°\"".indexOf(c) >= 0));
    }

    /** The interpretations that the digits and marks allow, one bit each; 0 if they are not a number. */
    int ways() {
        int ways = 0;
        for (int i = 0; i < 2 * WAYS; i++) {
            ways |= allows(decimal(i), grouping(i)) ? 1 << i : 0;
        }
        return ways;
    }

    /** The interpretations of a plain number such as {@code 12} or {@code 12.345}. */
    static int waysOfPlain(String text) {
        return text.indexOf('.') < 0 ? ALL : new NumberText("", false, unsigned(text), 0, "").ways();
    }

    private static String unsigned(String text) {
        return text.charAt(0) == '-' ? text.substring(1) : text;
    }

    /** The decimal mark of an interpretation. */
    static char decimal(int way) {
        return DECIMALS.charAt(way / WAYS);
    }

    /** The grouping mark of an interpretation, or empty. */
    static String grouping(int way) {
        int grouping = way % WAYS;
        return grouping == 0
                ? ""
                : String.valueOf(grouping == 1 ? DECIMALS.charAt(1 - way / WAYS) : OTHERS.charAt(grouping - 2));
    }

    /** The interpretations with this decimal mark. */
    static int waysWith(char decimal) {
        int all = (1 << WAYS) - 1;
        return decimal == DECIMALS.charAt(0) ? all : all << WAYS;
    }

    private boolean allows(char decimal, String grouping) {
        int point = body.indexOf(decimal);
        if (point >= 0 && !body.substring(point + 1).chars().allMatch(c -> isDigit((char) c))) {
            return false; // digits alone are a fraction, or none
        }
        String whole = point < 0 ? body : body.substring(0, point);
        if (whole.chars().allMatch(c -> isDigit((char) c))) {
            return true;
        }
        return !grouping.isEmpty() && isGrouped(List.of(whole.split(grouping.equals(".") ? "\\." : grouping, -1)));
    }

    /**
     * Whether these are groups of three digits, such as 12 345 678, or groups of two before the last one, as in India:
     * 12,34,567.
     */
    private static boolean isGrouped(List<String> groups) {
        String first = groups.get(0);
        boolean digits = groups.stream()
                .flatMap(group -> Stream.of(group.split("")))
                .allMatch(c -> !c.isEmpty() && isDigit(c.charAt(0)));
        if (!digits
                || first.startsWith("0")
                || first.length() > 3
                || groups.get(groups.size() - 1).length() != 3) {
            return false;
        }
        List<String> middle = groups.subList(1, groups.size() - 1);
        return middle.stream().allMatch(group -> group.length() == 3)
                || (first.length() < 3 && middle.stream().allMatch(group -> group.length() == 2));
    }

    /** The number with these marks, or NaN if they do not fit or the number does not fit into a double. */
    double value(char decimal, String grouping) {
        if (!allows(decimal, grouping)) {
            return Double.NaN;
        }
        String plain = (grouping.isEmpty() ? body : body.replace(grouping, "")).replace(decimal, '.');
        double value = Double.parseDouble((negative ? "-" : "") + plain + "e" + exponent);
        return Double.isFinite(value) ? value : Double.NaN;
    }

    /** The number of digits after the decimal mark, whichever that is; negative for multiples of powers of ten. */
    int fractionDigits() {
        int point = Math.max(body.lastIndexOf('.'), body.lastIndexOf(','));
        return (point < 0 ? 0 : body.length() - point - 1) - exponent;
    }
}
