package schuss.cli;

import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine.TypeConversionException;

/** What can be set of some networks: an option when one is trained, an entry of the metadata when it is saved. */
enum Setting {
    HIDDEN(new Convert.WidthList()::convert),
    DROPOUT(new Convert.Share()::convert),
    INPUT_DROPOUT(new Convert.Share()::convert),
    BATCH_NORM(new Convert.YesNo()::convert);

    private final Function<String, Object> parser;

    Setting(Function<String, Object> parser) {
        this.parser = parser;
    }

    /** Like {@code --input-dropout}. */
    String option() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Like {@code schuss.input_dropout}. */
    String key() {
        return "schuss." + name().toLowerCase(Locale.ROOT);
    }

    /**
     * The value that a file's text stands for, which {@code toString} turned into the text.
     *
     * @throws TypeConversionException naming the key and what was expected
     */
    Object parse(String text) {
        return parse(key(), text, parser);
    }

    /** What an entry of a file's metadata stands for. */
    static <T> T parse(String key, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (TypeConversionException e) {
            throw new TypeConversionException(key + ": " + e.getMessage());
        }
    }
}
