package schuss.train;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * Shows on standard error how training goes: one line after each epoch and, on a terminal, a bar while the epoch runs. The bar
 * fits the width of the terminal. It needs the library {@code me.tongfei:progressbar} on the class path; without it there are
 * the lines alone.
 *
 * <pre>
 * epoch 2/5 [==========          ]  52%  37,120 samples/s  0:12 left  loss 0.4699  accuracy 0.8310
 * epoch 2/5: loss 0.4511, accuracy 0.8367, validation loss 0.4420, validation accuracy 0.8402, 1.6 s, 37,204 samples/s
 * </pre>
 *
 * <p>{@link Trainer#withProgress()} is the short way to it.
 */
public final class ConsoleProgress implements Callback, AutoCloseable {
    private static final int WIDTH = 80; // where the terminal does not say
    private static final int BAR = 20;
    private static final int UPDATE_MILLIS = 200;
    private static final int SECONDS_PER_MINUTE = 60;

    private final PrintWriter lines;
    private final boolean terminal;
    private Bar bar; // while an epoch runs
    private Progress last;

    /** Shows progress on standard error. */
    public ConsoleProgress() {
        this(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    }

    /** Writes the lines somewhere else; the bar still appears on standard error if that is a terminal. */
    public ConsoleProgress(PrintWriter lines) {
        this(lines, onTerminal() && hasLibrary());
    }

    ConsoleProgress(PrintWriter lines, boolean terminal) {
        this.lines = lines;
        this.terminal = terminal;
    }

    /** Whether standard error is a terminal that moves its cursor. */
    private static boolean onTerminal() {
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

    private static boolean hasLibrary() {
        try {
            Class.forName("me.tongfei.progressbar.ProgressBar", false, ConsoleProgress.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** How far training is as far as this has heard; null before the first batch. */
    public Progress last() {
        return last;
    }

    @Override
    public void onProgress(Progress progress) {
        last = progress;
        if (!terminal) {
            return;
        }
        if (bar == null) {
            bar = new Bar(progress, width());
        }
        bar.show(progress);
    }

    @Override
    public void onEpoch(Epoch epoch) {
        close();
        // a run that resumes behind the last batch of an epoch has trained nothing of it
        boolean heard = last != null && last.epoch() == epoch.number();
        String of = heard ? "/" + last.epochs() : "";
        String speed =
                heard ? String.format(Locale.ROOT, ", %,.0f samples/s", last.ofExamples() / epoch.seconds()) : "";
        lines.println(String.format(
                Locale.ROOT,
                "epoch %d%s: %s, %.1f s%s",
                epoch.number(),
                of,
                values(epoch.values(), ", "),
                epoch.seconds(),
                speed));
    }

    @Override
    public void onEnd(History history) {
        close();
    }

    /** Takes the bar away, for instance after a fit that failed. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    private static String values(Map<String, Double> values, String separator) {
        return values.entrySet().stream()
                .map(e -> String.format(Locale.ROOT, "%s %.4f", e.getKey(), e.getValue()))
                .collect(Collectors.joining(separator));
    }

    /** The columns of the terminal. Java does not know them; asking the system costs a few milliseconds. */
    private static int width() {
        try {
            Process size = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String[] answer = new String(size.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ");
            int columns = Integer.parseInt(answer[answer.length - 1]);
            return columns > 0 ? columns : WIDTH;
        } catch (IOException | RuntimeException e) {
            return WIDTH;
        }
    }

    /** A line that fits a width: what matters least is left out first. The time that is left is for all epochs. */
    static String render(Progress now, int width) {
        double share = (double) now.examples() / now.ofExamples();
        int filled = (int) (share * BAR);
        double rest = (double) (now.epochs() - now.epoch() + 1) * now.ofExamples() - now.examples();
        long seconds = Math.round(rest / now.examplesPerSecond());
        String epoch = String.format(Locale.ROOT, "epoch %d/%d", now.epoch(), now.epochs());
        String pointer = " [" + "=".repeat(filled) + " ".repeat(BAR - filled) + "]";
        String percent = String.format(Locale.ROOT, " %3.0f%%", 100 * share);
        String speed = String.format(Locale.ROOT, "  %,.0f samples/s", now.examplesPerSecond());
        String left = String.format(
                Locale.ROOT, "  %d:%02d left", seconds / SECONDS_PER_MINUTE, seconds % SECONDS_PER_MINUTE);
        String values = "  " + values(now.values(), "  ");
        List<String> choices = new ArrayList<>(List.of(
                epoch + pointer + percent + speed + left + values,
                epoch + pointer + percent + left + values,
                epoch + percent + left + values,
                epoch + percent + values,
                epoch + percent));
        choices.removeIf(line -> line.length() > width);
        return choices.isEmpty() ? percent.strip() : choices.get(0);
    }

    /** The only class here that knows the library. */
    private static final class Bar {
        private final ProgressBar bar;
        private volatile Progress now;

        Bar(Progress begin, int width) {
            now = begin;
            bar = new ProgressBarBuilder()
                    .setInitialMax(begin.ofExamples())
                    .setRenderer((state, most) -> render(now, most))
                    .setUpdateIntervalMillis(UPDATE_MILLIS)
                    .clearDisplayOnFinish()
                    // the last column stays free: some terminals begin a new line after it
                    .setConsumer(new ConsoleProgressBarConsumer(System.err, width - 1))
                    .build();
        }

        void show(Progress progress) {
            now = progress;
            bar.stepTo(progress.examples());
        }

        void close() {
            bar.close();
        }
    }
}
