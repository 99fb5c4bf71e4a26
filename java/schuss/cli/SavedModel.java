package schuss.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.TypeConversionException;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.io.FormatException;
import schuss.io.Safetensors;

/**
 * What a file says about the model in it, so that it can be used without knowing how it was made. It stands in the
 * metadata, under keys that begin with {@code schuss.}; lists of numbers have commas between, names have line breaks.
 *
 * @param input the shape of one example: a picture of bytes, of which the network sees each divided by 255
 * @param classes their names, in the order of the outputs
 */
record SavedModel(NetworkChoice network, Shape input, List<String> classes) {
    /** The value of a pixel that the network sees as 1. */
    static final int WHITE = 255;

    private static final String INPUT = "schuss.input";
    private static final String INPUT_KIND = "schuss.input_kind";
    private static final String PIXELS = "pixels";
    private static final String CLASSES = "schuss.classes";

    SavedModel {
        classes = List.copyOf(classes);
    }

    Model create(Device device, long seed) {
        return Model.create(network.layer(classes.size()), input, device, seed);
    }

    Model load(Path path, Device device) throws IOException {
        try {
            return Model.load(path, network.layer(classes.size()), input, device);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw damaged(path, e); // no network of this kind takes such input
        }
    }

    Map<String, String> metadata() {
        Map<String, String> text = new TreeMap<>();
        network.write(text);
        text.put(INPUT, Widths.of(input.dimensions()).toString());
        text.put(INPUT_KIND, PIXELS);
        text.put(CLASSES, String.join("\n", classes));
        return text;
    }

    /** Reads what a file says about its model; its weights stay unread. */
    static SavedModel read(Path path) throws IOException {
        try (Safetensors file = open(path)) {
            return of(path, file.metadata());
        }
    }

    /** Opens a file of the user's. */
    static Safetensors open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new BadInput(path + ": expected a saved model, got "
                    + (Files.isDirectory(path) ? "a folder" : Files.exists(path) ? "no regular file" : "no such file"));
        }
        if (!Files.isReadable(path)) {
            throw new BadInput(path + ": expected a file that may be read, got one without permission");
        }
        return Safetensors.read(path);
    }

    private static SavedModel of(Path path, Map<String, String> text) {
        for (String key : List.of(NetworkChoice.KEY, INPUT, INPUT_KIND, CLASSES)) {
            if (!text.containsKey(key)) {
                throw new FormatException(path + ": expected a model saved by \"schuss train\" with " + key
                        + " in its metadata, got " + new TreeMap<>(text).keySet());
            }
        }
        if (!text.get(INPUT_KIND).equals(PIXELS)) {
            throw new FormatException(
                    path + ": " + INPUT_KIND + ": expected " + PIXELS + ", got " + text.get(INPUT_KIND));
        }
        try {
            Widths input = Setting.parse(INPUT, text.get(INPUT), new Convert.WidthList()::convert);
            return new SavedModel(
                    NetworkChoice.read(text),
                    Shape.of(input.toArray()),
                    List.of(text.get(CLASSES).split("\n", -1)));
        } catch (TypeConversionException | ArithmeticException e) {
            throw damaged(path, e);
        }
    }

    private static FormatException damaged(Path path, RuntimeException cause) {
        return new FormatException(path + ": damaged metadata: " + cause.getMessage(), cause);
    }
}
