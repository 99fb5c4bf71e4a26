package schuss.cli.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import schuss.train.Callback;
import schuss.train.Progress;

/** Prints how long it took from the start of the process to the end of the first step. */
public final class StartTime implements Callback {
    private final PrintWriter err;
    private boolean said;

    public StartTime(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void onProgress(Progress progress) {
        if (!said) {
            said = true;
            ProcessHandle.current()
                    .info()
                    .startInstant()
                    .ifPresent(start -> err.println("first step done "
                            + Duration.between(start, Instant.now()).toMillis() + " ms after the start"));
        }
    }
}
