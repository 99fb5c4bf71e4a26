package schuss.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.io.FormatException;
import schuss.io.Safetensors;
import schuss.report.ModelSummary;

/**
 * What a file says about the model in it, so that it can be used without knowing how it was made. It stands in the
 * metadata, under keys that begin with {@code schuss.}; lists of numbers have commas between, names have line breaks.
 *
 * @param input the shape of one example: a picture of bytes, of which the network sees each divided by 255
 * @param classes their names, in the order of the outputs
 */
record SavedModel(Mlp mlp, Shape input, List<String> classes) {
    /** The value of a pixel that the network sees as 1. */
    static final int WHITE = 255;

    private static final String MODEL = "schuss.model";
    private static final String HIDDEN = "schuss.hidden";
    private static final String DROPOUT = "schuss.dropout";
    private static final String INPUT_DROPOUT = "schuss.input_dropout";
    private static final String INPUT = "schuss.input";
    private static final String INPUT_KIND = "schuss.input_kind";
    private static final String PIXELS = "pixels";
    private static final String CLASSES = "schuss.classes";

    SavedModel {
        classes = List.copyOf(classes);
    }

    Model create(Device device, long seed) {
        return Model.create(mlp.layer(classes.size()), input, device, seed);
    }

    Model load(Path path, Device device) throws IOException {
        return Model.load(path, mlp.layer(classes.size()), input, device);
    }

    /** The network layer by layer, without its weights. */
    ModelSummary summary(Device device) {
        Spec example = new Spec("input", DType.F32, input);
        return device.call(
                () -> ModelSummary.of(mlp.layer(classes.size()), example, device.backend(), device.threads()));
    }

    /** Whether a file says which network it belongs to. */
    static boolean describes(Map<String, String> text) {
        return text.containsKey(MODEL);
    }

    Map<String, String> metadata() {
        Map<String, String> text = new TreeMap<>();
        text.put(MODEL, Mlp.NAME);
        text.put(HIDDEN, join(mlp.hidden().widths()));
        text.put(DROPOUT, Double.toString(mlp.dropout()));
        text.put(INPUT_DROPOUT, Double.toString(mlp.inputDropout()));
        text.put(INPUT, join(Arrays.stream(input.dimensions()).boxed().toList()));
        text.put(INPUT_KIND, PIXELS);
        text.put(CLASSES, String.join("\n", classes));
        return text;
    }

    private static String join(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
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

    /** What metadata says of the model. */
    static SavedModel of(Path path, Map<String, String> text) {
        expect(path, text, MODEL, Mlp.NAME);
        expect(path, text, INPUT_KIND, PIXELS);
        try {
            Mlp mlp = new Mlp(
                    new Convert.Widths().convert(value(path, text, HIDDEN)),
                    new Convert.Share().convert(value(path, text, DROPOUT)),
                    new Convert.Share().convert(value(path, text, INPUT_DROPOUT)));
            int[] input = new Convert.Widths()
                    .convert(value(path, text, INPUT)).widths().stream()
                            .mapToInt(Integer::intValue)
                            .toArray();
            return new SavedModel(
                    mlp, Shape.of(input), List.of(value(path, text, CLASSES).split("\n", -1)));
        } catch (picocli.CommandLine.TypeConversionException | ArithmeticException e) {
            throw new FormatException(path + ": damaged metadata: " + e.getMessage(), e);
        }
    }

    private static String value(Path path, Map<String, String> text, String key) {
        String value = text.get(key);
        if (value == null) {
            throw new FormatException(path + ": expected a model saved by \"schuss train\" with " + key
                    + " in its metadata, got " + new LinkedHashMap<>(text).keySet());
        }
        return value;
    }

    private static void expect(Path path, Map<String, String> text, String key, String expected) {
        String value = value(path, text, key);
        if (!value.equals(expected)) {
            throw new FormatException(path + ": " + key + ": expected " + expected + ", got " + value);
        }
    }
}
