package schuss.data.table;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Converts dates to numbers of days since 1970-01-01, in UTC if the text has an offset, and times of day to numbers of
 * hours.
 */
final class DateText {
    private static final String TIME =
            "(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?(?:\\s*([AaPp])\\.?[Mm]\\.?)?\\s*(Z|z|[+-]\\d{2}(?::?\\d{2})?)?";
    private static final Pattern YEAR_FIRST = Pattern.compile(
            "(\\d{4})(?:([-/])(\\d{1,2})(?:\\2(\\d{1,2}))?|\\.(\\d{1,2})\\.(\\d{1,2}))(?:(?:[Tt]|,?\\s+)" + TIME
                    + ")?");
    private static final Pattern YEAR_LAST =
            Pattern.compile("(\\d{1,2})([./-])\\s?(\\d{1,2})\\2\\s?(\\d{4})(?:,?\\s+" + TIME + ")?");
    private static final Pattern CLOCK = Pattern.compile(TIME);
    private static final int LONGEST = 40;
    private static final int SECONDS = 86_400; // of a day
    private static final double HOURS = 24;

    private DateText() {}

    /** The styles in which a cell can be read. */
    static List<Notation.Style> styles(String cell) {
        List<Notation.Style> styles = new ArrayList<>();
        if (cell.length() >= 4 && cell.length() <= LONGEST && cell.charAt(0) >= '0' && cell.charAt(0) <= '9') {
            for (Notation.Style style : Notation.Style.values()) {
                if (style != Notation.Style.NUMBER && !Double.isNaN(days(cell, style))) {
                    styles.add(style);
                }
            }
        }
        return styles;
    }

    /** The number for a date in this style, or NaN if the text is not such a date. */
    static double days(String cell, Notation.Style style) {
        try {
            return switch (style) {
                case ISO_DATE -> yearFirst(YEAR_FIRST.matcher(cell));
                case DAY_FIRST -> yearLast(YEAR_LAST.matcher(cell), 1, 3);
                case MONTH_FIRST -> yearLast(YEAR_LAST.matcher(cell), 3, 1);
                case CLOCK -> clock(CLOCK.matcher(cell));
                case NUMBER -> Double.NaN;
            };
        } catch (DateTimeException e) { // a 13th month and its like
            return Double.NaN;
        }
    }

    private static double yearFirst(Matcher m) {
        if (!m.matches()) {
            return Double.NaN;
        }
        boolean points = m.group(5) != null;
        int month = Integer.parseInt(m.group(points ? 5 : 3));
        String day = m.group(points ? 6 : 4);
        return LocalDate.of(Integer.parseInt(m.group(1)), month, day == null ? 1 : Integer.parseInt(day))
                        .toEpochDay()
                + time(m, 7);
    }

    private static double yearLast(Matcher m, int day, int month) {
        if (!m.matches() || (month == 1 && m.group(2).equals("."))) { // nobody writes the month first with points
            return Double.NaN;
        }
        return LocalDate.of(
                                Integer.parseInt(m.group(4)),
                                Integer.parseInt(m.group(month)),
                                Integer.parseInt(m.group(day)))
                        .toEpochDay()
                + time(m, 5);
    }

    private static double clock(Matcher m) {
        return m.matches() ? HOURS * time(m, 1) : Double.NaN;
    }

    /** The time of day as a fraction of a day. */
    private static double time(Matcher m, int group) {
        if (m.group(group) == null) {
            return 0;
        }
        int hour = Integer.parseInt(m.group(group));
        String half = m.group(group + 4);
        if (half != null) {
            if (hour < 1 || hour > 12) {
                throw new DateTimeException("no hour of half a day");
            }
            hour = hour % 12 + (half.toLowerCase(Locale.ROOT).equals("p") ? 12 : 0);
        }
        String seconds = m.group(group + 2);
        LocalTime time = LocalTime.of(
                hour, Integer.parseInt(m.group(group + 1)), seconds == null ? 0 : Integer.parseInt(seconds));
        String fraction = m.group(group + 3);
        String offset = m.group(group + 5);
        double second = time.toSecondOfDay() + (fraction == null ? 0 : Double.parseDouble("0." + fraction));
        return (second
                        - (offset == null
                                ? 0
                                : ZoneOffset.of(offset.toUpperCase(Locale.ROOT)).getTotalSeconds()))
                / SECONDS;
    }

    /** Year, month, day of the month, day of the week (Monday is 1) and hour of a number of days. */
    static void parts(double days, double... parts) {
        LocalDate date = LocalDate.ofEpochDay((long) Math.floor(days));
        parts[0] = date.getYear();
        parts[1] = date.getMonthValue();
        parts[2] = date.getDayOfMonth();
        parts[3] = date.getDayOfWeek().getValue();
        parts[4] = HOURS * (days - Math.floor(days));
    }
}
