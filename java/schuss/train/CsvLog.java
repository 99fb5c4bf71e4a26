package schuss.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import schuss.internal.AtomicFile;

/**
 * Writes a line per epoch while training goes on, each of them at once, in the form of {@link History#toCsv}. A file that
 * is there is replaced; a run that resumes begins with the epochs before. Where a line cannot be written, training goes on with a warning and without the log.
 */
public final class CsvLog implements Callback {
    private final Path file;
    private Training training;
    private boolean begun; // the line of names is there
    private boolean failed;

    /**
     * To this file.
     *
     * @throws IllegalArgumentException if it cannot be written
     */
    public CsvLog(Path file) {
        AtomicFile.checkWritable(file);
        this.file = file;
    }

    @Override
    public void onBegin(Training now) {
        training = now;
        begun = false;
        failed = false;
    }

    @Override
    public void onEpoch(Epoch epoch) {
        if (failed) {
            return;
        }
        List<Epoch> epochs = begun ? List.of(epoch) : training.epochs();
        String lines = new History(epochs).toCsv();
        try {
            if (begun) {
                Files.writeString(file, lines.substring(lines.indexOf('\n') + 1), StandardOpenOption.APPEND);
            } else {
                Files.writeString(file, lines);
                begun = true;
            }
        } catch (IOException e) {
            failed = true;
            training.warn(
                    file + ": expected to write a line, got " + e + "; the log ends at epoch " + (epoch.number() - 1));
        }
    }
}
