package schuss.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import schuss.train.Callback;
import schuss.train.Epoch;
import schuss.train.Progress;

/** Shows a bar while an epoch runs, where there is a terminal, and a line after it. */
final class TrainingProgress implements Callback, AutoCloseable {
    private static final int WIDTH = 79;

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
                    .setTaskName("epoch " + progress.epoch() + "/" + progress.epochs())
                    .setInitialMax(progress.ofExamples())
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUnit(" samples", 1)
                    .showSpeed(new java.text.DecimalFormat("#,##0"))
                    .setEtaFunction(state -> timeLeft())
                    .clearDisplayOnFinish()
                    .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                    .build();
        }
        bar.stepTo(progress.examples());
        bar.setExtraMessage(String.format(Locale.ROOT, "loss %.4f", progress.loss()));
    }

    /** Of the whole training, not of this epoch. */
    private Optional<Duration> timeLeft() {
        Progress now = last;
        double rest = (double) (now.epochs() - now.epoch() + 1) * now.ofExamples() - now.examples();
        return Optional.of(Duration.ofMillis((long) (1000 * rest / now.examplesPerSecond())));
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
