package schuss.selftest;

import java.util.Locale;

/**
 * One line of the table.
 *
 * @param cases how many were tried
 * @param result what to read: {@code ok}, or what is wrong
 * @param failed whether it does not hold
 */
record Check(int part, String name, int cases, String result, boolean failed, double seconds) {
    private static final String SEPARATOR = "\t";

    static final String HEADING =
            String.format("%-4s  %-68s  %7s  %8s  %s", "part", "check", "cases", "seconds", "result");

    /** As a line of the table. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%-4d  %-68s  %7d  %8.1f  %s", part, name, cases, seconds, result);
    }

    /** As a line that {@link #parse} reads. */
    String line() {
        return String.join(
                SEPARATOR,
                Integer.toString(part),
                name,
                Integer.toString(cases),
                result.replaceAll("\\s+", " "),
                Boolean.toString(failed),
                Double.toString(seconds));
    }

    static Check parse(String line) {
        String[] f = line.split(SEPARATOR, -1);
        return new Check(
                Integer.parseInt(f[0]),
                f[1],
                Integer.parseInt(f[2]),
                f[3],
                Boolean.parseBoolean(f[4]),
                Double.parseDouble(f[5]));
    }
}
