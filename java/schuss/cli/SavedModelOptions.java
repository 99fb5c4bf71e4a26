package schuss.cli;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.data.TableSchema;
import schuss.io.Safetensors;

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
    SavedModel read() throws IOException {
        SavedModel saved = SavedModel.read(file);
        if (unknown != null && saved.table().isEmpty()) {
            throw new BadInput("--unknown: expected only with a model of a table, got it with " + file);
        }
        return unknown == null
                ? saved
                : new SavedModel(
                        saved.input(),
                        saved.classes(),
                        saved.table().map(table -> table.withUnknown(unknown)),
                        saved.background());
    }

    /** Loads the model, which whoever asks closes. */
    Model load(SavedModel saved, Device device) throws IOException {
        if (!allowNotFinite) {
            try (Safetensors numbers = SavedModel.open(file)) {
                checkFinite(numbers);
            }
        }
        return saved.load(file, device);
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

    Path file() {
        return file;
    }

    int skipLines() {
        return skipLines;
    }
}
