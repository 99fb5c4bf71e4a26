package schuss.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import picocli.CommandLine.TypeConversionException;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.TableModel;
import schuss.data.ImageOptions;
import schuss.data.TableSchema;
import schuss.io.FormatException;
import schuss.io.Safetensors;

/**
 * What a file says about the model in it, so that it can be used without knowing how it was made. It stands in the
 * metadata, under keys that begin with {@code schuss.}; lists of numbers have commas between, names have line breaks.
 *
 * @param input the shape of one example: a picture of bytes, of which the network sees each divided by 255, or a table's
 *     row
 * @param classes their names, in the order of the outputs; none for regression
 * @param table how rows of a table become inputs
 * @param background what transparent pictures are laid over
 */
record SavedModel(Shape input, List<String> classes, Optional<TableSchema> table, ImageOptions.Background background) {
    /** The value of a pixel that the network sees as 1. */
    static final int WHITE = 255;

    /** Where nobody says otherwise. */
    static final ImageOptions.Background DEFAULT_BACKGROUND = ImageOptions.Background.WHITE;

    private static final String INPUT = "schuss.input";
    private static final String INPUT_KIND = "schuss.input_kind";
    private static final String PIXELS = "pixels";
    private static final String ROWS = "table";
    private static final String TABLE = TableModel.SCHEMA;
    private static final String CLASSES = "schuss.classes";
    private static final String BACKGROUND = "schuss.background";

    SavedModel {
        classes = List.copyOf(classes);
    }

    /** A model of pictures. */
    SavedModel(Shape picture, List<String> classes, ImageOptions.Background background) {
        this(picture, classes, Optional.empty(), background);
    }

    /** A model of a table's rows. */
    static SavedModel of(TableSchema table) {
        return new SavedModel(Shape.of(table.width()), table.classNames(), Optional.of(table), DEFAULT_BACKGROUND);
    }

    /** A model to be trained. */
    Model create(NetworkChoice network, Device device, long seed) {
        return Model.create(network.layer(Math.max(1, classes.size())), input, device, seed);
    }

    /** The model of a file that says this. */
    Model load(Path path, Device device) throws IOException {
        Model model = Model.load(path, device);
        try {
            checkFits(path, model);
            return model;
        } catch (FormatException e) {
            model.close();
            throw e;
        }
    }

    private void checkFits(Path path, Model model) {
        int outputs = Math.max(1, classes.size());
        if (!model.input().shape().equals(input) || model.outputSize() != outputs) {
            throw new FormatException(path + ": expected a network of " + input + " with " + outputs
                    + " outputs, got one of " + model.input().shape() + " with " + model.outputSize());
        }
    }

    /** How pictures become inputs. */
    ImageOptions pictures() {
        return ImageOptions.DEFAULT.withShape(input).withClassNames(classes).withBackground(background);
    }

    Map<String, String> metadata() {
        Map<String, String> text = new TreeMap<>();
        if (table.isPresent()) {
            text.put(INPUT_KIND, ROWS);
            text.put(TABLE, table.get().toJson());
        } else {
            text.put(INPUT, Widths.of(input.dimensions()).toString());
            text.put(INPUT_KIND, PIXELS);
            text.put(CLASSES, String.join("\n", classes));
            text.put(BACKGROUND, new PictureSettings.BackgroundName().name(background));
        }
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
        boolean rows = ROWS.equals(text.get(INPUT_KIND));
        for (String key : rows ? List.of(TABLE) : List.of(INPUT, INPUT_KIND, CLASSES)) {
            if (!text.containsKey(key)) {
                throw new FormatException(path + ": expected a model saved by \"schuss train\" with " + key
                        + " in its metadata, got " + new TreeMap<>(text).keySet());
            }
        }
        if (!rows && !text.get(INPUT_KIND).equals(PIXELS)) {
            throw new FormatException(path + ": " + INPUT_KIND + ": expected " + PIXELS + " or " + ROWS + ", got "
                    + text.get(INPUT_KIND));
        }
        try {
            if (rows) {
                return of(TableSchema.of(text.get(TABLE)));
            }
            Widths input = parse(INPUT, text.get(INPUT), new Convert.WidthList()::convert);
            return new SavedModel(
                    Shape.of(input.toArray()), List.of(text.get(CLASSES).split("\n", -1)), background(text));
        } catch (TypeConversionException e) {
            throw damaged(path, new IllegalArgumentException(e.getMessage()));
        } catch (ArithmeticException | IllegalArgumentException | FormatException e) {
            throw damaged(path, e);
        }
    }

    private static ImageOptions.Background background(Map<String, String> text) {
        String name = text.getOrDefault(BACKGROUND, "white"); // older files have none
        return parse(BACKGROUND, name, new PictureSettings.BackgroundName()::convert);
    }

    private static <T> T parse(String key, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (TypeConversionException e) {
            throw new TypeConversionException(key + ": " + e.getMessage());
        }
    }

    private static FormatException damaged(Path path, RuntimeException cause) {
        return new FormatException(path + ": damaged metadata: " + cause.getMessage(), cause);
    }
}
