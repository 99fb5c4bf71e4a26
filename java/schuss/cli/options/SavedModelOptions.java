package schuss.cli.options;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.ModelDescription;
import schuss.data.table.TableSchema;
import schuss.io.Safetensors;

/** The options that choose a saved model, and say how the tables it gets begin. */
public final class SavedModelOptions {
    @Option(names = "--model", paramLabel = "FILE", required = true, description = "What train --save wrote.")
    private Path file;

    @Option(
            names = "--skip-lines",
            paramLabel = "N",
            defaultValue = "0",
            converter = Convert.CountOrNone.class,
            description = "Tables: lines in front to leave out.")
    private int skipLines;

    @Option(
            names = "--unknown",
            paramLabel = "refuse|ignore|other",
            converter = TableSettings.UnknownName.class,
            description = "Tables: what becomes of categories that were not trained on; as in training unless given.")
    private TableSchema.Unknown unknown;

    @Option(
            names = "--allow-not-finite",
            description = "Use a model some of whose numbers are NaN or infinite all the same.")
    private boolean allowNotFinite;

    /** What the file says of its model. */
    public ModelDescription read() throws IOException {
        ModelDescription saved;
        try (Safetensors tensors = open(file)) {
            saved = ModelDescription.of(file, tensors.metadata());
        }
        if (unknown == null) {
            return saved;
        }
        TableSchema table = saved.table()
                .orElseThrow(
                        () -> new BadInput("--unknown: expected only with a model of a table, got it with " + file));
        return ModelDescription.of(table.withUnknown(unknown));
    }

    /** Opens a file of the user's; its weights stay unread. */
    public static Safetensors open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new BadInput(path + ": expected a saved model, got "
                    + (Files.isDirectory(path) ? "a folder" : Files.exists(path) ? "no regular file" : "no such file"));
        }
        if (!Files.isReadable(path)) {
            throw new BadInput(path + ": expected a file that may be read, got one without permission");
        }
        return Safetensors.read(path);
    }

    /** Loads the model, which whoever asks closes. */
    public Model load(ModelDescription saved, Device device) throws IOException {
        if (!allowNotFinite) {
            try (Safetensors numbers = open(file)) {
                checkFinite(numbers);
            }
        }
        Model model = Model.load(file, device);
        try {
            saved.checkFits(file.toString(), model);
            return model;
        } catch (IllegalArgumentException e) {
            model.close();
            throw new BadInput(e.getMessage());
        }
    }

    /** Looks before the model is loaded, which would warn of the same. */
    private void checkFinite(Safetensors numbers) throws IOException {
        for (String name : numbers.names()) {
            if (numbers.type(name).equals(DType.F32.name())) { // loading refuses others
                numbers.entry(name).forEach((index, part) -> checkFinite(name, index, part.asFloatBuffer()));
            }
        }
    }

    private void checkFinite(String name, long index, FloatBuffer values) {
        for (int i = 0; i < values.limit(); i++) {
            if (!Float.isFinite(values.get(i))) {
                throw new BadInput(
                        file + ": \"" + name + "\", number " + (index + i) + ": expected a finite number, got "
                                + values.get(i) + "; --allow-not-finite uses it all the same");
            }
        }
    }

    public Path file() {
        return file;
    }

    public int skipLines() {
        return skipLines;
    }
}
