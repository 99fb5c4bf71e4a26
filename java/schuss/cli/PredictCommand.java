package schuss.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import schuss.Device;
import schuss.Model;
import schuss.io.AtomicFile;

/** {@code schuss predict}. */
@Command(
        name = "predict",
        sortOptions = false,
        description = "Prints the class and the class probabilities of examples, or the number predicted, as CSV.")
final class PredictCommand implements Callable<Integer> {
    private static final int PART = 1024; // examples at a time

    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "1..*",
            paramLabel = "INPUT",
            description =
                    "For a model of a table: CSV files, plain or gzip, with columns as in training; the target may be"
                            + " missing. For one of pictures: CSV files with one example a line, with or without a line of names: pixels 0 to 255, row"
                            + " by row; or IDX files of pictures; or PNG, JPEG, GIF or BMP files, or folders of them, read by path.")
    private List<Path> inputs;

    @Option(names = "--model", paramLabel = "FILE", required = true, description = "What train --save wrote.")
    private Path file;

    @Option(names = "--output", paramLabel = "FILE", description = "Write here instead of to standard output.")
    private Path output;

    @Option(
            names = "--skip-lines",
            paramLabel = "N",
            defaultValue = "0",
            converter = Convert.CountOrNone.class,
            description = "Tables: lines in front to leave out.")
    private int skipLines;

    @Mixin
    private DeviceOptions where;

    @Override
    public Integer call() throws IOException {
        where.check();
        if (output != null) {
            Outputs.check("--output", output);
            List<Path> read = new ArrayList<>(inputs);
            read.add(file);
            if (read.stream().anyMatch(other -> Outputs.same(other, output))) {
                throw new BadInput("--output: expected another file than what is read, got " + output);
            }
        }
        SavedModel saved = SavedModel.read(file);
        try (Device device = where.open();
                Model model = saved.load(file, device)) {
            // all is read before anything is written
            Examples examples =
                    new Examples(saved, skipLines, spec.commandLine().getErr());
            for (Path input : inputs) {
                examples.read(input);
            }
            if (output == null) {
                PrintWriter out = spec.commandLine().getOut();
                write(model, saved.classes(), examples.rows(), out);
                out.flush();
            } else {
                AtomicFile.write(output, channel -> {
                    // not closed: the channel is the caller's
                    Writer writer = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
                    write(model, saved.classes(), examples.rows(), writer);
                    writer.flush();
                });
            }
        }
        return 0;
    }

    private static void write(Model model, List<String> classes, List<float[]> rows, Writer out) throws IOException {
        if (classes.isEmpty()) {
            writeNumbers(model, rows, out);
            return;
        }
        StringBuilder line = new StringBuilder("class,name");
        for (int i = 0; i < classes.size(); i++) {
            line.append(",p").append(i);
        }
        out.append(line.append('\n'));
        for (int from = 0; from < rows.size(); from += PART) {
            List<float[]> part = rows.subList(from, Math.min(rows.size(), from + PART));
            float[] probabilities = model.predict(join(part));
            for (int row = 0; row < part.size(); row++) {
                int first = row * classes.size();
                write(Arrays.copyOfRange(probabilities, first, first + classes.size()), classes, out);
            }
        }
    }

    private static void writeNumbers(Model model, List<float[]> rows, Writer out) throws IOException {
        out.append("prediction\n");
        for (int from = 0; from < rows.size(); from += PART) {
            for (float number : model.predict(join(rows.subList(from, Math.min(rows.size(), from + PART))))) {
                out.append(Float.toString(number)).append('\n');
            }
        }
    }

    private static void write(float[] probabilities, List<String> classes, Writer out) throws IOException {
        int best = Scores.largest(probabilities, 0, probabilities.length);
        StringBuilder line = new StringBuilder().append(best).append(',').append(quoted(classes.get(best)));
        for (float probability : probabilities) {
            line.append(',').append(probability);
        }
        out.append(line.append('\n'));
    }

    private static String quoted(String name) {
        return name.matches(".*[,\"\\r\\n].*") ? '"' + name.replace("\"", "\"\"") + '"' : name;
    }

    private static float[] join(List<float[]> rows) {
        int width = rows.get(0).length;
        float[] all = new float[rows.size() * width];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, all, i * width, width);
        }
        return all;
    }
}
