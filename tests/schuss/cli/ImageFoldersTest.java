package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.data.image.ImageFolder;
import schuss.data.image.SampleImages;

/** Images in class folders on the command line. */
class ImageFoldersTest {
    @TempDir
    static Path folder;

    private static Path images;
    private static Path model;
    private static CommandRun trained;

    @BeforeAll
    static void prepare() throws IOException {
        images = SampleImages.write(folder.resolve("images"), 25, 1, "dark", "medium grey", "white, or so");
        model = folder.resolve("model.safetensors");
        trained = train(images, "--save", model.toString());
    }

    private static CommandRun train(Path data, String... options) {
        List<String> args = new ArrayList<>(List.of("train", data.toString()));
        args.addAll(List.of("--hidden", "16", "--epochs", "25", "--learning-rate", "0.01", "--batch-size", "16"));
        args.addAll(List.of(options));
        return CommandRun.of(args.toArray(String[]::new));
    }

    private static CommandRun good(CommandRun run) {
        assertEquals(0, run.code(), run.err());
        return run;
    }

    private static void refused(String expected, CommandRun run) {
        assertEquals(2, run.code(), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(expected), run.err());
        assertEquals("", run.out());
    }

    @Test
    void validatesOnAFifth() {
        good(trained);
        assertTrue(
                trained.out().matches("validation accuracy (1\\.0000|0\\.9\\d{3}) \\(\\d errors in 15\\)\\R"),
                trained.out());
    }

    @Test
    void workersAndSeedsMakeTheBytes() throws IOException {
        Path other = folder.resolve("other.safetensors");
        for (String workers : List.of("0", "3")) {
            good(train(images, "--save", other.toString(), "--workers", workers));
            assertEquals(-1, Files.mismatch(model, other), workers);
        }
        good(train(images, "--save", other.toString(), "--seed", "7"));
        assertTrue(Files.mismatch(model, other) >= 0);
        refused("--workers: expected a whole number of at least 0, got -1", train(images, "--workers", "-1"));
    }

    @Test
    void theModelKnowsItsImages() {
        CommandRun inspect = good(CommandRun.of("inspect", model.toString()));
        assertTrue(inspect.out().contains("schuss.classes = dark, medium grey, white, or so"), inspect.out());
        assertTrue(inspect.out().contains("schuss.input = 8,8,3"), inspect.out());
    }

    @Test
    void predictsImagesAndFoldersOfThem() throws IOException {
        Path inputs = folder.resolve("to predict");
        Random random = new Random(9);
        SampleImages.write(inputs.resolve("a/2.jpg"), SampleImages.banded(0, 3, random));
        SampleImages.write(inputs.resolve("b.png"), SampleImages.banded(2, 3, random));
        Files.writeString(inputs.resolve(".hidden"), "");
        CommandRun run = good(CommandRun.of("predict", "--model", model.toString(), inputs.toString()));
        assertEquals(3, run.outLines().size(), run.out());
        assertEquals("file,class,name,p0,p1,p2", run.outLines().get(0));
        assertTrue(run.outLines().get(1).startsWith(inputs.resolve("a/2.jpg") + ",0,dark,"), run.out());
        assertTrue(run.outLines().get(2).startsWith(inputs.resolve("b.png") + ",2,\"white, or so\","), run.out());
        Path text = Files.writeString(inputs.resolve("c.png"), "no image");
        refused(
                text + ": expected a PNG, JPEG, GIF or BMP image",
                CommandRun.of("predict", "--model", model.toString(), inputs.toString()));
        Path empty = Files.createDirectories(folder.resolve("empty"));
        refused(
                empty + ": expected images, got an empty folder",
                CommandRun.of("predict", "--model", model.toString(), empty.toString()));
    }

    @Test
    void foldersForTrainingAndForTests() throws IOException {
        Path data = folder.resolve("parts");
        SampleImages.write(data.resolve("train"), 20, 1, "dark", "white");
        SampleImages.write(data.resolve("val"), 3, 2, "dark", "white");
        assertTrue(good(train(data)).out().matches("validation accuracy 1\\.0000 \\(0 errors in 6\\)\\R"));
        SampleImages.write(data.resolve("test"), 4, 3, "dark", "white");
        Path saved = folder.resolve("parts.safetensors");
        CommandRun run = good(train(data, "--save", saved.toString(), "--image-size", "5", "--channels", "1"));
        assertEquals("test accuracy 1.0000 (0 errors in 8)", run.out().strip());
        assertTrue(run.err().startsWith(data.resolve("val") + ": not used, as there is " + data.resolve("test")));
        assertEquals(run.out(), good(evaluate(saved, data)).out());
        assertEquals(
                "test accuracy 1.0000 (0 errors in 6)",
                good(evaluate(saved, data.resolve("val"))).out().strip());
        refused("expected folders named like classes, dark, white, got medium grey", evaluate(saved, images));
        assertTrue(good(CommandRun.of("inspect", saved.toString())).out().contains("schuss.input = 5,5,1"));
    }

    private static CommandRun evaluate(Path saved, Path data, String... options) {
        List<String> args = new ArrayList<>(List.of("evaluate", "--model", saved.toString(), data.toString()));
        args.addAll(List.of(options));
        return CommandRun.of(args.toArray(String[]::new));
    }

    @Test
    void unreadableIsRefusedOrSkipped() throws IOException {
        Path data = SampleImages.write(folder.resolve("broken"), 20, 1, "dark", "white");
        Path text = Files.writeString(data.resolve("dark/0003.gif"), "no image");
        refused(text + ": expected a PNG, JPEG, GIF or BMP image, got another format", train(data));
        Path saved = folder.resolve("skipped.safetensors");
        CommandRun run = good(train(data, "--unreadable", "skip", "--save", saved.toString()));
        assertTrue(run.err().startsWith("skipped " + text + ": expected a PNG"), run.err());
        assertTrue(run.err().contains(data + ": skipped 1 of 40 files"), run.err());
        refused(text + ": expected a PNG", evaluate(saved, data));
        assertTrue(good(evaluate(saved, data, "--unreadable", "skip")).out().contains(" errors in 39)"));
        refused("--unreadable: expected one of refuse, skip, got ignore", train(data, "--unreadable", "ignore"));
    }

    /** A header does not tell of a file that ends too early: training does, by the file's name. */
    @Test
    void cutOffImagesAreNamedInTraining() throws IOException {
        Path data = SampleImages.write(folder.resolve("cut"), 20, 1, "dark", "white");
        for (Path file : ImageFolder.files(data)) { // some are trained on
            if (file.toString().endsWith(".png")) {
                SampleImages.cut(file);
            }
        }
        CommandRun run = train(data, "--workers", "2");
        assertEquals(2, run.code(), run.err());
        String last = run.err().lines().reduce((a, b) -> b).orElseThrow();
        assertTrue(last.matches("schuss train: data: example \\d+: " + data + "/\\w+/\\d+\\.png: expected .*"), last);
    }

    @Test
    void optionsThatDoNotFit() throws IOException {
        Path idx = IdxSamples.write(folder.resolve("idx"));
        String expected = ": expected only with a folder of class folders, got it with " + idx;
        refused("--image-size" + expected, train(idx, "--image-size", "8"));
        refused("--channels" + expected, train(idx, "--channels", "1"));
        refused("--unreadable" + expected, train(idx, "--unreadable", "skip"));
        refused("--image-size: expected at most 4096, got 5000", train(images, "--image-size", "5000"));
        refused("--channels: expected 1 or 3, got 2", train(images, "--channels", "2"));
        refused("--target: expected only with a table", train(images, "--target", "last"));
        Path bare = Files.createDirectories(folder.resolve("bare"));
        refused(bare + ": expected IDX files, train-images-idx3-ubyte and its like, or a folder", train(bare));
    }
}
