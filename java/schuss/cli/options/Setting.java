package schuss.cli.options;

import java.util.Locale;

/** The settings of networks that the user can choose when one is trained. */
public enum Setting {
    HIDDEN,
    DROPOUT,
    INPUT_DROPOUT,
    BATCH_NORM;

    /** Like {@code --input-dropout}. */
    String option() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
