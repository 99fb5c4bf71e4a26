package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.data.image.EncodedImages;
import schuss.data.image.SampleImages;

/** What the command line makes of images that are not what they seem, and of rows of pixels that are none. */
class ImageInputsTest {
    private static final int SIDE = 16;

    @TempDir
    static Path folder;

    private static Path model; // of 4 x 4 pixels

    @BeforeAll
    static void prepare() throws IOException {
        for (int n = 0; n < 20; n++) {
            SampleImages.write(folder.resolve("plain/0/" + n + ".png"), SampleImages.grey(4, 4, n));
            SampleImages.write(folder.resolve("plain/1/" + n + ".png"), SampleImages.grey(4, 4, 255 - n));
        }
        model = folder.resolve("plain.safetensors");
        good(train(folder.resolve("plain"), "--save", model.toString()));
    }

    private static CommandRun train(Path data, String... options) {
        List<String> args =
                new ArrayList<>(List.of("train", data.toString(), "--model", "mlp", "--batch-norm", "--epochs", "20"));
        args.addAll(List.of(options));
        return CommandRun.of(args.toArray(String[]::new));
    }

    private static CommandRun good(CommandRun run) {
        assertEquals(0, run.code(), run.err());
        return run;
    }

    /** Bars across and upright, in this colour on nothing. */
    private static Path ink(String name, int argb) throws IOException {
        Path root = folder.resolve(name);
        for (int label = 0; label < 2; label++) {
            for (int n = 0; n < 20; n++) {
                BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB);
                for (int i = 2; i < 14; i++) {
                    int across = n % 5 + 5;
                    image.setRGB(label == 0 ? i : across, label == 0 ? across : i, argb);
                }
                SampleImages.write(root.resolve(label + "/" + n + ".png"), image);
            }
        }
        return root;
    }

    private static void assertToldApart(String expected, Path data, String... options) {
        CommandRun run = good(train(data, options));
        assertTrue(run.out().startsWith("validation accuracy 1.0000"), run.out() + run.err());
        assertEquals(
                1, run.err().lines().filter(line -> line.contains("laid over")).count(), run.err());
        assertTrue(
                run.err().contains(data + ": 40 of 40 images with transparency were laid over " + expected), run.err());
    }

    @Test
    void inkOfAnyColourIsSeen() throws IOException {
        Path black = ink("black", 0xFF000000);
        Path white = ink("white", 0xFFFFFFFF);
        assertToldApart("white\n", black);
        assertToldApart("black\n", white);
        assertToldApart("white\n", ink("red", 0xFFFF0000));
        assertToldApart("white\n", ink("half", 0x80000000));
        assertToldApart("grey\n", black, "--background", "grey");
        assertToldApart("grey\n", white, "--background", "grey");
        CommandRun hidden = good(train(black, "--background", "black"));
        assertTrue(hidden.err().contains("laid over black, of which 40 show nothing on it\n"), hidden.err());
    }

    /** Whoever trains says what is nothing; whoever predicts sees the same. */
    @Test
    void theModelKnowsItsBackground() throws IOException {
        Path data = ink("kept", 0xFFFFFFFF);
        Path saved = folder.resolve("kept.safetensors");
        good(train(data, "--save", saved.toString()));
        CommandRun inspect = good(CommandRun.of("inspect", saved.toString()));
        assertTrue(inspect.out().contains("schuss.background = black"), inspect.out());
        CommandRun predict = good(CommandRun.of("predict", "--model", saved.toString(), data.toString()));
        long right = predict.outLines().stream()
                .skip(1)
                .filter(line -> line.contains("/0/") == line.contains(".png,0,"))
                .count();
        assertEquals(40, right, predict.out());
        assertEquals("40 of 40 images with transparency were laid over black\n", predict.err());
        CommandRun evaluate = good(CommandRun.of("evaluate", "--model", saved.toString(), data.toString()));
        assertTrue(evaluate.out().contains("accuracy 1.0000 (0 errors in 40)"), evaluate.out());
        assertTrue(evaluate.err().contains("laid over black"), evaluate.err());
    }

    @Test
    void oneLineSaysWhatWasDone() throws IOException {
        Path data = SampleImages.write(folder.resolve("mixed"), 6, 1, "a", "b");
        for (int orientation : new int[] {2, 6, 8}) {
            Path file = data.resolve("a/turned" + orientation + ".jpg");
            byte[] jpeg = EncodedImages.file(SampleImages.grey(8, 8, 99), "jpg");
            Files.write(file, EncodedImages.withExif(jpeg, EncodedImages.exif(orientation, ByteOrder.LITTLE_ENDIAN)));
        }
        BufferedImage half = new BufferedImage(8, 8, BufferedImage.TYPE_INT_ARGB);
        half.setRGB(0, 0, 0xFF00FF00);
        SampleImages.write(data.resolve("b/half.png"), half);
        String expected = "3 of 16 images were turned as their EXIF says, 1 with transparency was laid over white\n";
        CommandRun run = good(train(data));
        assertTrue(run.err().contains(data + ": " + expected), run.err());
        Path plain = SampleImages.write(folder.resolve("as they are"), 6, 1, "a", "b");
        run = good(train(plain));
        assertFalse(run.err().contains("were"), run.err());
    }

    @Test
    void backgroundsThatDoNotFit() throws IOException {
        Path idx = IdxSamples.write(folder.resolve("idx"));
        CommandRun run = train(idx, "--background", "black");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("--background: expected only with a folder of class folders"), run.err());
        run = train(folder.resolve("plain"), "--background", "pink");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("--background: expected one of auto, white, black, grey, got pink"), run.err());
    }

    private static String row(String first, String rest) {
        return first + "," + String.join(",", Collections.nCopies(15, rest)) + "\n";
    }

    private static CommandRun predict(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("rows.csv"), text);
        return CommandRun.of("predict", "--model", model.toString(), file.toString());
    }

    private static long answers(CommandRun run) {
        return run.outLines().stream().filter(line -> line.matches("[01],.*")).count();
    }

    /** Answers would stand a row off. */
    @Test
    void aRowWithOneOddCellIsNoLineOfNames() throws IOException {
        String good = row("200", "200");
        String[][] cells = {
            {"20O", "20O"},
            {"", "nothing"},
            {"\"200,5\"", "200,5"},
            {"1_0", "1_0"},
            {"x", "x"},
            {"#", "#"},
            {"two", "two"},
            {"12 3", "12 3"},
            {"300", "300"},
            {"-1", "-1"},
            {"NaN", "NaN"}
        };
        for (String[] cell : cells) {
            for (String text : List.of(row(cell[0], "200") + good + good, good + row(cell[0], "200") + good)) {
                CommandRun run = predict(text);
                int line = text.startsWith("200") ? 2 : 1;
                assertEquals(2, run.code(), cell[0] + run.err());
                assertTrue(
                        run.err()
                                .contains("rows.csv, line " + line + ", value 1: expected a pixel, 0 to 255, got "
                                        + cell[1]),
                        run.err());
            }
        }
        String last = String.join(",", Collections.nCopies(15, "200")) + ",2OO\n";
        CommandRun run = predict(last + good);
        assertEquals(2, run.code());
        assertTrue(run.err().contains("line 1, value 16: expected a pixel, 0 to 255, got 2OO"), run.err());
        run = predict(row("7", "x") + good); // one number is enough
        assertEquals(2, run.code());
        assertTrue(run.err().contains("line 1, value 2: expected a pixel, 0 to 255, got x"), run.err());
        run = predict(",,,,,,,,,,,,,,,\n" + good);
        assertEquals(2, run.code());
        assertTrue(run.err().contains("line 1, value 1: expected a pixel, 0 to 255, got nothing"), run.err());
    }

    @Test
    void namesAreNoRow() throws IOException {
        String good = row("200", "200");
        assertEquals(2, answers(good(predict(good + good))));
        CommandRun named = good(predict(row("first", "pixel") + good + good));
        assertEquals(2, answers(named));
        assertEquals("", named.err());
        assertEquals(2, answers(good(predict("\uFEFF" + row("first", "pixel") + good + good))));
        CommandRun places = good(predict(row("1x1", "1x2") + good));
        assertEquals(1, answers(places));
        assertTrue(
                places.err().contains("rows.csv, line 1: taken for names, as no value is a number, like \"1x1\""),
                places.err());
        CommandRun commas = good(predict(row("\"200,5\"", "\"200,5\"") + good)); // never in silence
        assertTrue(commas.err().contains("taken for names, as no value is a number, like \"200,5\""), commas.err());
        Path packed = folder.resolve("rows.csv.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write((row("20O", "200") + good).getBytes(StandardCharsets.UTF_8));
        }
        CommandRun run = CommandRun.of("predict", "--model", model.toString(), packed.toString());
        assertEquals(2, run.code());
        assertTrue(run.err().contains("line 1, value 1: expected a pixel, 0 to 255, got 20O"), run.err());
    }

    /** The same pixels by every door have the same answer, to the last digit. */
    @Test
    void everyDoorShowsTheSame() throws IOException {
        byte[] pixels = new byte[16];
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            pixels[i] = (byte) (i * 13 + 40);
            text.append(i == 0 ? "" : ",").append(i * 13 + 40);
        }
        byte[] deep = new byte[32];
        for (int i = 0; i < 32; i++) {
            deep[i] = pixels[i / 2]; // v * 257 of 65535 is v of 255
        }
        Path doors = Files.createDirectories(folder.resolve("doors"));
        List<Path> files = List.of(
                Files.writeString(doors.resolve("x.csv"), text + "\n"),
                Files.write(doors.resolve("x-idx3-ubyte"), IdxSamples.idx(pixels, 1, 4, 4)),
                Files.write(doors.resolve("8.png"), EncodedImages.png(4, 4, 8, EncodedImages.GREY, pixels)),
                Files.write(doors.resolve("16.png"), EncodedImages.png(4, 4, 16, EncodedImages.GREY, deep)));
        String expected = null;
        for (Path file : files) {
            String answer = good(CommandRun.of("predict", "--model", model.toString(), file.toString()))
                    .outLines()
                    .get(1);
            expected = expected == null ? answer : expected;
            assertEquals(expected, answer, file.toString());
        }
    }

    @Test
    void tiffIsAnImageToo() throws IOException {
        Path file = SampleImages.write(folder.resolve("x.tiff"), SampleImages.grey(4, 4, 3));
        assertEquals(1, answers(good(CommandRun.of("predict", "--model", model.toString(), file.toString()))));
    }
}
