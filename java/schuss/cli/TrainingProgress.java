package schuss.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import schuss.train.Callback;
import schuss.train.Epoch;
import schuss.train.Progress;

/** Shows a progress bar while an epoch runs, if there is a terminal, and prints a line after it. */
final class TrainingProgress implements Callback, AutoCloseable {
    private static final int WIDTH = 79;
    private static final int BAR = 20;
    private static final int UPDATE_MILLIS = 200;
    private static final int SECONDS_PER_MINUTE = 60;

    private final PrintWriter err;
    private final boolean terminal;
    private ProgressBar bar;
    private volatile Progress last;

    TrainingProgress(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    /** Whether standard error is a terminal that moves its cursor. */
    static boolean onTerminal() {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | RuntimeException e) {
            return false; // not Linux, or nobody knows
        }
    }

    /** The last that was heard, or null. */
    Progress last() {
        return last;
    }

    @Override
    public void onProgress(Progress progress) {
        last = progress;
        if (!terminal) {
            return;
        }
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setInitialMax(progress.ofExamples())
                    .setRenderer((state, width) -> render(last))
                    .setUpdateIntervalMillis(UPDATE_MILLIS)
                    .clearDisplayOnFinish()
                    .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                    .build();
        }
        bar.stepTo(progress.examples());
    }

    /** Like {@code epoch 1/5 [=====>    ]  55%  37,120 samples/s  0:12 left  loss 0.4699}; the time is for all epochs. */
    static String render(Progress now) {
        double share = (double) now.examples() / now.ofExamples();
        int filled = (int) (share * BAR);
        double rest = (double) (now.epochs() - now.epoch() + 1) * now.ofExamples() - now.examples();
        long seconds = Math.round(rest / now.examplesPerSecond());
        return String.format(
                Locale.ROOT,
                "epoch %d/%d [%s%s] %3.0f%%  %,.0f samples/s  %d:%02d left  loss %.4f",
                now.epoch(),
                now.epochs(),
                "=".repeat(filled),
                " ".repeat(BAR - filled),
                100 * share,
                now.examplesPerSecond(),
                seconds / SECONDS_PER_MINUTE,
                seconds % SECONDS_PER_MINUTE,
                now.loss());
    }

    @Override
    public void onEpoch(Epoch epoch) {
        hide();
        String values = epoch.values().entrySet().stream()
                .map(e -> String.format(Locale.ROOT, "%s %.4f", e.getKey(), e.getValue()))
                .collect(Collectors.joining(", "));
        err.println(String.format(
                Locale.ROOT,
                "epoch %d/%d: %s, %.1f s, %,.0f samples/s",
                epoch.number(),
                last.epochs(),
                values,
                epoch.seconds(),
                last.ofExamples() / epoch.seconds()));
    }

    @Override
    public void close() {
        hide();
    }

    /** Takes the bar away. */
    void hide() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
