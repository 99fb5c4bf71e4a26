package schuss.cli;

import java.util.Locale;
import java.util.stream.Collectors;

/** Texts of files that may be anybody's, on their way to a terminal. */
final class Printable {
    private Printable() {}

    /** The same on one line, with control characters, which a terminal would obey, written out. */
    static String of(String text) {
        return text.codePoints()
                .mapToObj(c ->
                        Character.isISOControl(c) ? String.format(Locale.ROOT, "\\u%04x", c) : Character.toString(c))
                .collect(Collectors.joining());
    }
}
