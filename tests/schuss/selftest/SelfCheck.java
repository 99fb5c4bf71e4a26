package schuss.selftest;

import java.util.Locale;

/**
 * One line of the table.
 *
 * @param cases how many were tried
 * @param result what to read: {@code ok}, or what is wrong
 * @param failed whether it does not hold
 */
record SelfCheck(int part, String name, int cases, String result, boolean failed, double seconds) {
    static final String HEADING =
            String.format("%-4s  %-68s  %7s  %8s  %s", "part", "check", "cases", "seconds", "result");

    /** As a line of the table. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%-4d  %-68s  %7d  %8.1f  %s", part, name, cases, seconds, result.replaceAll("\\s+", " "));
    }
}
