package schuss.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Makes texts from untrusted files safe to print on a terminal. */
final class Printable {
    private Printable() {}

    /** The same on one line, with control characters, which a terminal would obey, written out. */
    static String of(String text) {
        return shown(text, "");
    }

    /** Prints each text it gets so, on a line. */
    static Consumer<String> to(PrintWriter out) {
        return text -> out.println(of(text));
    }

    /** The same of a cell of CSV, which may have tabs and lines. */
    static String cell(String text) {
        return shown(text, "\t\r\n");
    }

    private static String shown(String text, String kept) {
        return text.codePoints()
                .mapToObj(c -> Character.isISOControl(c) && kept.indexOf(c) < 0
                        ? String.format(Locale.ROOT, "\\u%04x", c)
                        : Character.toString(c))
                .collect(Collectors.joining());
    }
}
