package schuss.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
import schuss.ModelDescription;
import schuss.cli.options.BadInput;
import schuss.cli.options.DeviceOptions;
import schuss.cli.options.Outputs;
import schuss.cli.options.SavedModelOptions;
import schuss.internal.AtomicFile;

/** {@code schuss predict}. */
@Command(
        name = "predict",
        sortOptions = false,
        description = "Prints the class and the class probabilities of examples, or the number predicted, as CSV.")
final class PredictCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "1..*",
            paramLabel = "INPUT",
            description =
                    "For a model of a table: CSV files, plain or gzip, with columns as in training; the target may be"
                            + " missing. For one of images: CSV files with one example a line, with or without a line of names: pixels 0 to 255, row"
                            + " by row; or IDX files of images; or PNG, JPEG, GIF or BMP files, or folders of them, in the order of their paths:"
                            + " with a folder, each line begins with its file.")
    private List<Path> inputs;

    @Mixin
    private SavedModelOptions from;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description =
                    "Write here instead of to standard output, which may have got lines when an input turns out bad.")
    private Path output;

    @Mixin
    private DeviceOptions where;

    @Override
    public Integer call() throws IOException {
        where.check();
        if (output != null) {
            Outputs.check("--output", output);
            List<Path> read = new ArrayList<>(inputs);
            read.add(from.file());
            if (read.stream().anyMatch(other -> Outputs.same(other, output))) {
                throw new BadInput("--output: expected another file than what is read, got " + output);
            }
        }
        ModelDescription saved = from.read();
        try (Device device = where.open();
                Model model = from.load(saved, device)) {
            if (output == null) {
                PrintWriter out = spec.commandLine().getOut();
                predict(model, saved, out);
                out.flush();
            } else {
                toFile(model, saved);
            }
        }
        return 0;
    }

    /** Appears when all is well; a file that was there stays until then. */
    private void toFile(Model model, ModelDescription saved) {
        try {
            AtomicFile.write(output, channel -> {
                // not closed: the channel is the caller's
                Writer writer = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
                predict(model, saved, writer);
                writer.flush();
            });
        } catch (IOException e) {
            throw unwritten(e);
        } catch (UncheckedIOException e) {
            throw unwritten(e.getCause());
        }
    }

    private BadInput unwritten(IOException e) {
        return new BadInput("--output: " + output + ": expected to write it, got " + e.getMessage());
    }

    private void predict(Model model, ModelDescription saved, Writer out) {
        boolean folders = inputs.stream().anyMatch(Files::isDirectory);
        Answers answers = new Answers(saved, folders, out);
        PrintWriter err = spec.commandLine().getErr();
        PredictionInputs examples = new PredictionInputs(
                saved, from.skipLines(), err, (batch, files) -> answers.write(model.predict(batch), files));
        examples.read(inputs);
    }
}
