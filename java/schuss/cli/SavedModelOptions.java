package schuss.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which saved model, and how the tables begin that it gets. */
final class SavedModelOptions {
    @Option(names = "--model", paramLabel = "FILE", required = true, description = "What train --save wrote.")
    private Path file;

    @Option(
            names = "--skip-lines",
            paramLabel = "N",
            defaultValue = "0",
            converter = Convert.CountOrNone.class,
            description = "Tables: lines in front to leave out.")
    private int skipLines;

    Path file() {
        return file;
    }

    int skipLines() {
        return skipLines;
    }
}
