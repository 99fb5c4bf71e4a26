package schuss.cli;

import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Messages of the library advise settings in Java's words; the command line says the same by its options: {@code
 * TableOptions.withUnknown(IGNORE)} is {@code --unknown=ignore}.
 */
final class JavaWords {
    private static final Pattern SETTING =
            Pattern.compile("TableOptions\\.with([A-Z]\\w*)(?:\\((?:\"([^\"]*)\"|'([^']*)'|([A-Z]+))\\))?");
    private static final Map<String, String> OPTIONS =
            Map.of("Dates", "--date", "Ignored", "--ignore", "MissingTargets", "--missing-target");
    private static final Map<String, String> MARKS = Map.of("\\t", "tab", " ", "blank", ",", ",", ".", ".");

    private JavaWords() {}

    /** The message with options of the command line. */
    static String translate(String message) {
        return SETTING.matcher(message).replaceAll(found -> Matcher.quoteReplacement(option(found)));
    }

    private static String option(MatchResult found) {
        String name = found.group(1);
        String option = OPTIONS.getOrDefault(
                name, "-" + name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
        if (found.group(2) != null) {
            return option + "=" + found.group(2);
        }
        if (found.group(3) != null) {
            return option + "=" + MARKS.getOrDefault(found.group(3), "\"" + found.group(3) + "\"");
        }
        return found.group(4) == null ? option : option + "=" + found.group(4).toLowerCase(Locale.ROOT);
    }
}
