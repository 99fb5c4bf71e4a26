package schuss.cli.options;

import java.util.Locale;

/** What can be set of some networks when one is trained. */
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
