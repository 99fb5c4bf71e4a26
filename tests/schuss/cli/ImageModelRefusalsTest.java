package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.DType;
import schuss.Device;
import schuss.FormatException;
import schuss.ImageModel;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.TableModel;
import schuss.data.image.ImageOptions;
import schuss.data.image.SampleImages;
import schuss.io.Safetensors;
import schuss.layers.Dense;
import schuss.layers.Embedding;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.Sequential;

/** Options, files and networks that are of no images, or of others. */
class ImageModelRefusalsTest {
    @TempDir
    static Path folder;

    private static Device device;
    private static ImageOptions options;
    private static ImageModel made; // of (9, 7, 3) and three classes
    private static Path saved;
    private static Path images;
    private static Path image;

    @BeforeAll
    static void make() throws IOException {
        device = Device.cpu();
        options = ImageOptions.DEFAULT.withShape(Shape.of(9, 7, 3)).withClassNames(List.of("a", "b", "c"));
        Layer net = Sequential.of(new Flatten(), new Dense(3));
        made = ImageModel.of(Model.create(net, options.shape(), device, 3), options);
        saved = folder.resolve("saved.safetensors");
        made.save(saved);
        images = SampleImages.write(folder.resolve("images"), 2, 1, "a", "b");
        image = images.resolve("a/0000.png");
    }

    @AfterAll
    static void close() {
        made.close();
        device.close();
    }

    private static CommandRun good(CommandRun run) {
        assertEquals(0, run.code(), run.err());
        return run;
    }

    private static void refused(String expected, CommandRun run) {
        assertEquals(2, run.code(), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(expected), run.err());
    }

    private static void refused(String expected, Model model, ImageOptions options) {
        String message = assertThrows(IllegalArgumentException.class, () -> ImageModel.of(model, options))
                .getMessage();
        assertTrue(message.contains(expected), message);
    }

    @Test
    void optionsThatDoNotFitTheModel() {
        Model model = made.model();
        refused(
                "ImageModel: expected a network of (7, 9, 3) with 3 outputs, got one of (9, 7, 3) with 3",
                model,
                options.withSize(7, 9));
        refused("(9, 7, 1) with 3 outputs, got one of (9, 7, 3)", model, options.withChannels(1));
        refused(
                "(9, 7, 3) with 2 outputs, got one of (9, 7, 3) with 3",
                model,
                options.withClassNames(List.of("a", "b")));
        refused("class names: expected one for each output, got none", model, options.withClassNames(List.of()));
        refused("different ones, got \"b\" twice", model, options.withClassNames(List.of("b", "b", "a")));
        refused("names without line breaks, got \"b\\n\"", model, options.withClassNames(List.of("b\n", "b", "a")));
        refused("ImageOptions: expected a size and channels, got 0 x 0 x 3", model, options.withSize(0, 0));
        refused("ImageOptions: expected a size and channels, got 9 x 7 x 0", model, options.withChannels(0));
        Spec bytes = new Spec("input", DType.U8, Shape.of(9, 7, 3));
        Layer net = Sequential.of((Layer) (scope, x) -> x.cast(DType.F32), new Flatten(), new Dense(3));
        try (Model ofBytes = Model.create(net, bytes, device, 1)) {
            refused("(9, 7, 3) with 3 outputs, got one of U8 (9, 7, 3) with 3", ofBytes, options);
        }
    }

    private static void refused(String expected, Path file) {
        FormatException refused = assertThrows(FormatException.class, () -> ImageModel.load(file, device));
        assertTrue(refused.getMessage().startsWith(file.toString()), refused.getMessage());
        assertTrue(refused.getMessage().contains(expected), refused.getMessage());
    }

    @Test
    void filesOfOtherModels() throws IOException {
        Path csv = Files.writeString(folder.resolve("t.csv"), "a,b,y\n" + "1,2,p\n3,1,q\n2,2,p\n5,1,q\n".repeat(6));
        Path table = folder.resolve("table.safetensors");
        good(CommandRun.of("train", csv.toString(), "--epochs", "1", "--save", table.toString()));
        refused(": expected a model of images, got one of a table", table);
        FormatException other = assertThrows(FormatException.class, () -> TableModel.load(saved, device));
        assertEquals(saved + ": expected a model of a table, got one of images", other.getMessage());
        Path bare = folder.resolve("bare.safetensors");
        Safetensors.write(bare, Map.of(), Map.of());
        refused(": expected a model whose file tells its network", bare);
        made.model().save(bare, Map.of());
        refused("expected a model saved by \"schuss train\", an ImageModel or a TableModel, with schuss.input", bare);
        Path text = Files.writeString(folder.resolve("text.safetensors"), "no model, no model");
        refused(": ", text);
        Path gone = folder.resolve("gone.safetensors");
        assertTrue(assertThrows(IOException.class, () -> ImageModel.load(gone, device))
                .getMessage()
                .contains("gone.safetensors"));
    }

    private static Path said(String key, String value) throws IOException {
        Map<String, String> text = new TreeMap<>(
                Map.of("schuss.input_kind", "pixels", "schuss.input", "9,7,3", "schuss.classes", "a\nb\nc"));
        text.put(key, value);
        Path file = folder.resolve("said.safetensors");
        made.model().save(file, text);
        return file;
    }

    @Test
    void filesThatSayWhatCannotBe() throws IOException {
        ImageModel.load(said("schuss.background", "white"), device).close();
        refused(
                "schuss.background: expected one of auto, white, black, grey, got pink",
                said("schuss.background", "pink"));
        refused("expected a network of (9, 8, 3) with 3 outputs, got one of (9, 7, 3)", said("schuss.input", "9,8,3"));
        refused("with 2 outputs, got one of (9, 7, 3) with 3", said("schuss.classes", "a\nb"));
        refused("class names: expected different ones, got \"a\" twice", said("schuss.classes", "a\nb\na"));
        refused("schuss.input: expected whole numbers of at least 1", said("schuss.input", "9,-7,3"));
        refused("damaged metadata: ", said("schuss.input", "9999999,9999999,9999999,9999999"));
        refused("expected pixels or table, got sounds", said("schuss.input_kind", "sounds"));
        refused(": expected a model of images, got one of pixels (189)", said("schuss.input", "189"));
        refused(": expected a model of images, got one of pixels (9, 7, 4)", said("schuss.input", "9,7,4"));
    }

    private static Path untrained(Layer net, Spec input, String shape) throws IOException {
        Path file = folder.resolve("untrained.safetensors");
        try (Model model = Model.create(net, input, device, 1)) {
            model.save(file, Map.of("schuss.input_kind", "pixels", "schuss.input", shape, "schuss.classes", "a\nb\nc"));
        }
        return file;
    }

    /** Networks that the library may have and that see no images. */
    @Test
    void theCommandLineRefusesImagesForOtherNetworks() throws IOException {
        Layer net = Sequential.of(new Flatten(), new Dense(3));
        String four = untrained(net, new Spec("input", DType.F32, Shape.of(9, 7, 4)), "9,7,4")
                .toString();
        String file = image.toString();
        refused("expected examples of (9, 7, 4), got an image", CommandRun.of("predict", "--model", four, file));
        refused(
                "expected examples of (9, 7, 4) as " + four + " takes, got images",
                CommandRun.of("evaluate", "--model", four, images.toString()));
        Layer embedding = Sequential.of(new Embedding(5, 2), new Flatten(), new Dense(3));
        String whole = untrained(embedding, new Spec("input", DType.I32, Shape.of(9, 7, 3)), "9,7,3")
                .toString();
        refused(
                "expected a network of (9, 7, 3) with 3 outputs, got one of I32 (9, 7, 3) with 3",
                CommandRun.of("predict", "--model", whole, file));
        refused("got one of I32 (9, 7, 3) with 3", Path.of(whole));
    }
}
