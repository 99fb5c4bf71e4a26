package schuss;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import schuss.data.image.ImageOptions;
import schuss.data.image.ImageOptions.Background;
import schuss.data.table.TableSchema;

/**
 * What a file says of the model in it, so that it can be used without knowing how it was made: what its examples are, images
 * or rows of a table, and what its classes are called. {@link ImageModel} and {@link TableModel} read and write it, and so
 * does the command line. It stands in the file's metadata, under keys that begin with {@code schuss.}; the extents of a shape
 * have commas between, names have line breaks.
 *
 * <pre>{@code
 * ModelDescription description = ModelDescription.of(path, model.metadata());
 * List<String> names = description.classNames();
 * }</pre>
 */
public final class ModelDescription {
    private static final String INPUT = "schuss.input";
    private static final String INPUT_KIND = "schuss.input_kind";
    private static final String PIXELS = "pixels";
    private static final String ROWS = "table";
    private static final String TABLE = "schuss.table";
    private static final String CLASSES = "schuss.classes";
    private static final String BACKGROUND = "schuss.background";
    private static final List<String> KEYS = List.of(INPUT, INPUT_KIND, TABLE, CLASSES, BACKGROUND);

    private static final int MOST_TOGETHER = 1024;
    private static final int MOST_NUMBERS = 1 << 22; // but for a single example

    private final Shape input;
    private final List<String> classNames;
    private final Optional<TableSchema> table;
    private final Background background;

    private ModelDescription(Shape input, List<String> classNames, Optional<TableSchema> table, Background background) {
        this.input = input;
        this.classNames = List.copyOf(classNames);
        this.table = table;
        this.background = background;
    }

    /** Of a model of a table's rows. */
    public static ModelDescription of(TableSchema table) {
        return new ModelDescription(Shape.of(table.width()), table.classNames(), Optional.of(table), Background.WHITE);
    }

    /**
     * Of a model of images that are read with these options.
     *
     * @throws IllegalArgumentException if they leave size, channels or class names open
     */
    public static ModelDescription of(ImageOptions options) {
        return of(options.shape(), options.classNames(), options.background());
    }

    /**
     * Of a model of pixels, 0 to 1.
     *
     * @param image the shape of one example
     * @param classNames in the order of the outputs
     * @param background what transparent images are laid over; AUTO is white, as for a single image
     * @throws IllegalArgumentException if there is no class, or two have the same name, or one a line break in it
     */
    public static ModelDescription of(Shape image, List<String> classNames, Background background) {
        if (classNames.isEmpty()) {
            throw new IllegalArgumentException("class names: expected one for each output, got none");
        }
        HashSet<String> different = new HashSet<>();
        for (String name : classNames) {
            if (name.contains("\n")) {
                throw new IllegalArgumentException(
                        "class names: expected names without line breaks, got \"" + name.replace("\n", "\\n") + "\"");
            }
            if (!different.add(name)) {
                throw new IllegalArgumentException("class names: expected different ones, got \"" + name + "\" twice");
            }
        }
        return new ModelDescription(
                image, classNames, Optional.empty(), background == Background.AUTO ? Background.WHITE : background);
    }

    /**
     * What the metadata of a file says.
     *
     * @param file it is from, for the words of refusals
     * @throws FormatException if it says nothing of examples, or nothing that can be
     */
    public static ModelDescription of(Path file, Map<String, String> metadata) {
        boolean rows = ROWS.equals(metadata.get(INPUT_KIND));
        for (String key : rows ? List.of(TABLE) : List.of(INPUT, INPUT_KIND, CLASSES)) {
            if (!metadata.containsKey(key)) {
                throw new FormatException(file + ": expected a model saved by \"schuss train\", an ImageModel or a"
                        + " TableModel, with " + key + " in its metadata, got " + new TreeMap<>(metadata).keySet());
            }
        }
        if (!rows && !metadata.get(INPUT_KIND).equals(PIXELS)) {
            throw new FormatException(file + ": " + INPUT_KIND + ": expected " + PIXELS + " or " + ROWS + ", got "
                    + metadata.get(INPUT_KIND));
        }
        try {
            return rows
                    ? of(TableSchema.of(metadata.get(TABLE)))
                    : of(
                            shape(metadata.get(INPUT)),
                            List.of(metadata.get(CLASSES).split("\n", -1)),
                            background(
                                    metadata.getOrDefault(BACKGROUND, name(Background.WHITE)))); // older ones have none
        } catch (ArithmeticException | IllegalArgumentException | FormatException e) {
            throw new FormatException(file + ": damaged metadata: " + e.getMessage(), e);
        }
    }

    /** Whether metadata says what examples are. */
    static boolean isIn(Map<String, String> metadata) {
        return metadata.containsKey(INPUT_KIND);
    }

    private static Shape shape(String text) {
        String[] extents = text.split(",", -1);
        if (!Arrays.stream(extents).allMatch(extent -> extent.matches("[1-9]\\d{0,6}"))) {
            throw new IllegalArgumentException(
                    INPUT + ": expected whole numbers of at least 1 with commas between, like 28,28,1, got " + text);
        }
        return Shape.of(Arrays.stream(extents).mapToInt(Integer::parseInt).toArray());
    }

    private static Background background(String text) {
        return Arrays.stream(Background.values())
                .filter(each -> name(each).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(BACKGROUND + ": expected one of "
                        + Arrays.stream(Background.values())
                                .map(ModelDescription::name)
                                .collect(Collectors.joining(", "))
                        + ", got " + text));
    }

    private static String name(Background background) {
        return background.name().toLowerCase(Locale.ROOT);
    }

    /** What somebody makes of the model of a file and of what the file says; where that fails, the model is closed. */
    static <T> T load(Path path, Device device, BiFunction<Model, ModelDescription, T> made) throws IOException {
        Model model = Model.load(path, device);
        try {
            ModelDescription description = of(path, model.metadata());
            T result = made.apply(model, description);
            description.checkFits(path.toString(), model);
            return result;
        } catch (IllegalArgumentException e) {
            model.close();
            throw new FormatException(e.getMessage(), e);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** Writes a model with this in its metadata, beside what is there of others. */
    public void save(Model model, Path path) throws IOException {
        Map<String, String> text = new TreeMap<>(model.metadata());
        text.keySet().removeAll(KEYS);
        if (table.isPresent()) {
            text.put(INPUT_KIND, ROWS);
            text.put(TABLE, table.get().toJson());
        } else {
            text.put(INPUT_KIND, PIXELS);
            text.put(
                    INPUT,
                    Arrays.stream(input.dimensions())
                            .mapToObj(Integer::toString)
                            .collect(Collectors.joining(",")));
            text.put(CLASSES, String.join("\n", classNames));
            text.put(BACKGROUND, name(background));
        }
        model.save(path, text);
    }

    /**
     * Refuses a model that is not of these examples and classes.
     *
     * @param what it is to be, with which the message begins
     * @throws IllegalArgumentException if it has other inputs or outputs
     */
    public void checkFits(String what, Model model) {
        List<Spec> inputs = model.inputs();
        List<Spec> outputs = model.outputs();
        if (inputs.size() != 1
                || inputs.get(0).dtype() != DType.F32
                || !inputs.get(0).shape().equals(input)
                || outputs.size() != 1
                || outputs.get(0).shape().size() != outputs()) {
            throw new IllegalArgumentException(what + ": expected a network of " + input + " with " + outputs()
                    + " outputs, got one of "
                    + inputs.stream().map(ModelDescription::text).collect(Collectors.joining(" and "))
                    + " with "
                    + outputs.stream().map(o -> "" + o.shape().size()).collect(Collectors.joining(" and ")));
        }
    }

    private static String text(Spec input) {
        return (input.dtype() == DType.F32 ? "" : input.dtype() + " ") + input.shape();
    }

    /** The shape of one example: an image's or, as the network sees it, a row's. */
    public Shape input() {
        return input;
    }

    /** The numbers that come out for an example: one for each class, or the one that is predicted. */
    public int outputs() {
        return Math.max(1, classNames.size());
    }

    /** How many examples are best predicted together: many, and few enough for their inputs to take 16 MiB. */
    public int batch() {
        return (int) Math.max(1, Math.min(MOST_TOGETHER, MOST_NUMBERS / input.size()));
    }

    /** The names of the classes, in the order of their labels; none for regression. */
    public List<String> classNames() {
        return classNames;
    }

    /** How rows become inputs; none for images. */
    public Optional<TableSchema> table() {
        return table;
    }

    /** How images become inputs; none for rows, and for pixels of a shape that is no image's. */
    public Optional<ImageOptions> images() {
        boolean shape = input.rank() == 3 && (input.dim(2) == 1 || input.dim(2) == 3);
        return table.isPresent() || !shape
                ? Optional.empty()
                : Optional.of(ImageOptions.DEFAULT
                        .withShape(input)
                        .withClassNames(classNames)
                        .withBackground(background));
    }
}
