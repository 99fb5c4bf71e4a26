package schuss.selftest;

/**
 * What a process that runs tests tells of them, a line each, so that it is known even when the process dies.
 *
 * @param id JUnit's, of a test or of what holds tests
 * @param name the class and the method it is of, or the class alone
 * @param text its name among those of the method where it began; what is wrong, or why it was skipped, where it ended
 */
record Event(Kind kind, String id, String name, String text, double seconds) {
    /** What happened. */
    enum Kind {
        BEGUN,
        /** A test held. */
        PASSED,
        /** A test, or what is done before or after tests. */
        FAILED,
        SKIPPED,
        /** All tests of a method or of a class are through. */
        OVER,
        /** All tests are. */
        END
    }

    private static final String SEPARATOR = "\t";

    /** Without an end of line. */
    String line() {
        return String.join(
                SEPARATOR,
                kind.name(),
                id.replaceAll("\\s", " "),
                name.replaceAll("\\s+", " "),
                text.replaceAll("\\s+", " "),
                Double.toString(seconds));
    }

    static Event parse(String line) {
        String[] f = line.split(SEPARATOR, -1);
        return new Event(Kind.valueOf(f[0]), f[1], f[2], f[3], Double.parseDouble(f[4]));
    }
}
