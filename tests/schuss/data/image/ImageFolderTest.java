package schuss.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.data.DataException;
import schuss.data.Dataset;
import schuss.data.ExampleReader;
import schuss.data.image.ImageOptions.Unreadable;
import schuss.layers.Dense;
import schuss.layers.Flatten;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.train.History;
import schuss.train.Trainer;

class ImageFolderTest {
    private static final ImageOptions SKIP = ImageOptions.DEFAULT.withUnreadable(Unreadable.SKIP);

    @TempDir
    Path root;

    private static String refusal(Path folder, ImageOptions options) {
        String message = assertThrows(DataException.class, () -> ImageFolder.open(folder, options))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private String refusal() {
        return refusal(root, ImageOptions.DEFAULT);
    }

    private static byte[] pixels(ImageFolder data, int index) {
        ByteBuffer inputs = ByteBuffer.allocate(
                        2 * Math.toIntExact(data.input().shape().size()))
                .order(ByteOrder.nativeOrder());
        ByteBuffer targets = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
        data.read(index, 1, inputs, targets);
        assertEquals(data.label(index), targets.getInt(4));
        byte[] pixels = new byte[inputs.capacity() / 2];
        inputs.get(pixels.length, pixels);
        return pixels;
    }

    @Test
    void classesAreFoldersInOrder() throws IOException {
        SampleImages.write(root, 4, 1, "zebra", "Ant", "bee");
        SampleImages.write(root.resolve("bee/young/0.png"), SampleImages.grey(8, 8, 7));
        Files.writeString(root.resolve(".hidden"), "");
        Files.writeString(Files.createDirectories(root.resolve(".git")).resolve("config"), "");
        Files.writeString(Files.createDirectories(root.resolve("bee/.cache")).resolve("x.png"), "no image");
        Files.writeString(root.resolve("Ant/.DS_Store"), "no image");
        ImageFolder data = ImageFolder.open(root, ImageOptions.DEFAULT);
        assertEquals(List.of("Ant", "bee", "zebra"), data.classNames());
        assertEquals(3, data.classes());
        assertEquals(13, data.size());
        assertEquals("13 images of 3 classes: Ant, bee, zebra", data.toString());
        assertEquals(root.resolve("Ant/0001.jpg"), data.file(1));
        assertEquals(root.resolve("bee/young/0.png"), data.file(8));
        assertEquals(
                List.of(0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2),
                IntStream.range(0, 13).mapToObj(data::label).toList());
        assertEquals(new Spec("label", DType.I32, Shape.of()), data.target());
        assertEquals(new Spec("image", DType.U8, Shape.of(8, 8, 3)), data.input());
        assertEquals(7, pixels(data, 8)[100]);
    }

    @Test
    void itsTextNamesTheFirstClasses() throws IOException {
        SampleImages.write(root, 1, 1, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k");
        String text = ImageFolder.open(root, ImageOptions.DEFAULT).toString();
        assertEquals("11 images of 11 classes: a, b, c, d, e, f, g, h, i, j, ...", text);
    }

    @Test
    void sizeIsTheirOwnWhereSmallAndAlike() throws IOException {
        SampleImages.write(root.resolve("a/1.png"), SampleImages.grey(5, 9, 1));
        SampleImages.write(root.resolve("b/1.png"), SampleImages.grey(5, 9, 2));
        assertEquals(
                Shape.of(5, 9, 1),
                ImageFolder.open(root, ImageOptions.DEFAULT).input().shape());
        SampleImages.write(root.resolve("b/2.png"), SampleImages.grey(9, 5, 2));
        assertEquals(
                Shape.of(32, 32, 1),
                ImageFolder.open(root, ImageOptions.DEFAULT).input().shape());
        ImageFolder small = ImageFolder.open(root, ImageOptions.DEFAULT.withSize(3, 2));
        assertEquals(Shape.of(3, 2, 1), small.input().shape());
        assertEquals(2, pixels(small, 2)[5]);
        SampleImages.write(root.resolve("a/1.png"), SampleImages.grey(65, 4, 1));
        Path large = root.resolve("large");
        SampleImages.write(large.resolve("a/1.png"), SampleImages.grey(65, 4, 1));
        SampleImages.write(large.resolve("b/1.png"), SampleImages.grey(65, 4, 1));
        assertEquals(
                Shape.of(32, 32, 1),
                ImageFolder.open(large, ImageOptions.DEFAULT).input().shape());
    }

    @Test
    void greyOnlyWhereAllAreStoredSo() throws IOException {
        SampleImages.write(root.resolve("a/1.png"), SampleImages.grey(8, 8, 200));
        SampleImages.write(root.resolve("b/1.jpg"), SampleImages.grey(8, 8, 100));
        SampleImages.write(root.resolve("b/2.bmp"), SampleImages.grey(8, 8, 100));
        ImageFolder grey = ImageFolder.open(root, ImageOptions.DEFAULT);
        assertEquals(Shape.of(8, 8, 1), grey.input().shape());
        assertEquals(100, pixels(grey, 2)[63]);
        assertEquals((byte) 200, pixels(grey, 0)[63]);
        SampleImages.write(root.resolve("b/2.jpg"), new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB));
        assertEquals(3, ImageFolder.open(root, ImageOptions.DEFAULT).options().channels());
        assertEquals(
                1,
                ImageFolder.open(root, ImageOptions.DEFAULT.withChannels(1))
                        .input()
                        .shape()
                        .dim(2));
    }

    @Test
    void testImagesAreOpenedAlike() throws IOException {
        Path train = SampleImages.write(root.resolve("train"), 4, 1, "a", "b", "c");
        Path test = root.resolve("test");
        SampleImages.write(test.resolve("c/1.png"), SampleImages.grey(30, 20, 9));
        Files.createDirectories(test.resolve("b"));
        ImageFolder data = ImageFolder.open(test, ImageFolder.open(train, SKIP).options());
        assertEquals(1, data.size());
        assertEquals(3, data.classes());
        assertEquals(2, data.label(0));
        assertEquals(Shape.of(8, 8, 3), data.input().shape());
        Files.createDirectories(test.resolve("d"));
        assertEquals(
                test.resolve("d") + ": expected folders named like classes, a, b, c, got d",
                refusal(test, data.options()));
        assertEquals(
                test.resolve("b") + ": expected images in its folders, got none",
                refusal(Files.createDirectories(test.resolve("b")), data.options()));
    }

    @Test
    void oneUnreadableAmongAThousand() throws IOException {
        SampleImages.write(root, 500, 1, "dark", "light");
        ImageFolder whole = ImageFolder.open(root, ImageOptions.DEFAULT);
        assertEquals(1000, whole.size());
        Path text = Files.writeString(root.resolve("light/0123.gif"), "no image");
        assertEquals(text + ": expected a PNG, JPEG, GIF or BMP image, got another format", refusal());
        Path cut = SampleImages.cut(root.resolve("dark/0040.png"));
        Path stray = Files.writeString(root.resolve("labels.txt"), "");
        ImageFolder rest = ImageFolder.open(root, SKIP);
        assertEquals(998, rest.size());
        assertEquals(499, IntStream.range(0, 998).map(rest::label).sum());
        assertEquals(3, rest.skipped().size());
        assertEquals(
                stray + ": expected a folder with images of one class, got a file",
                rest.skipped().get(0));
        assertTrue(rest.skipped().get(1).startsWith(cut + ": expected a readable image, got a damaged one: "));
        assertTrue(rest.skipped().get(2).startsWith(text + ": "));
        String both = refusal();
        assertTrue(both.startsWith(stray.toString()) && both.endsWith(" (the first of 2)"), both);
    }

    @Test
    void whatShowsOnlyWhenReadNamesItsFileInTraining() throws IOException {
        SampleImages.write(root, 100, 1, "dark", "light");
        Path cut = SampleImages.cut(root.resolve("light/0040.png"));
        ImageFolder data = ImageFolder.open(root, ImageOptions.DEFAULT);
        for (int workers : new int[] {0, 3}) {
            try (Device device = Device.cpu();
                    Model model = Model.create(
                            Sequential.of(new Flatten(), new Dense(2)),
                            data.input().shape(),
                            device,
                            1)) {
                Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01))
                        .withBatchSize(16)
                        .withWorkers(workers);
                String message = assertThrows(DataException.class, () -> trainer.fit(data))
                        .getMessage();
                assertTrue(
                        message.startsWith("data: example 140: " + cut + ": expected a readable image, got a damaged"),
                        message);
            }
        }
    }

    @Test
    void workersDecodeAheadToTheSameBits() throws IOException {
        SampleImages.write(root, 60, 1, "dark", "light");
        Dataset data = ImageFolder.open(root, ImageOptions.DEFAULT);
        assertEquals(losses(data, 0), losses(data, 3));
    }

    private static String losses(Dataset data, int workers) {
        try (Device device = Device.cpu();
                Model model = Model.create(
                        Sequential.of(new Flatten(), new Dense(2)), data.input().shape(), device, 1)) {
            History history = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01))
                    .withBatchSize(16)
                    .withEpochs(3)
                    .withWorkers(workers)
                    .fit(data);
            return IntStream.range(0, 3)
                    .mapToObj(i -> Double.toHexString(history.epochs().get(i).value("loss")))
                    .toList()
                    .toString();
        }
    }

    /** Files that cannot be read do not matter for labels. */
    @Test
    void splittingReadsNoImage() throws IOException {
        SampleImages.write(root, 20, 1, "dark", "light");
        ImageFolder data = ImageFolder.open(root, ImageOptions.DEFAULT);
        for (int i = 0; i < data.size(); i++) {
            Files.delete(data.file(i));
        }
        List<Dataset> parts = data.shuffle(5).split(0.8, 0.2);
        assertEquals(8, parts.get(1).size());
        assertEquals(4, IntStream.range(0, 8).map(parts.get(1)::label).sum());
        Dataset both = parts.get(0).concatenate(parts.get(1));
        assertEquals(20, IntStream.range(0, 40).map(both::label).sum());
    }

    @Test
    void foldersThatAreNotAsTheyShouldBe() throws IOException {
        assertEquals(root + ": expected a folder of images for each of at least two classes, got none", refusal());
        SampleImages.write(root, 4, 1, "only");
        assertEquals(root + ": expected a folder of images for each of at least two classes, got only only", refusal());
        Path empty = Files.createDirectories(root.resolve("empty"));
        assertEquals(empty + ": expected at least one image, got none", refusal());
        Path text = Files.writeString(empty.resolve("x"), "");
        assertEquals(empty + ": expected at least one image, got none that can be read", refusal(root, SKIP));
        String expected = ": expected a folder with a folder of images for each class, got ";
        assertEquals(text + expected + "a file", refusal(text, SKIP));
        assertEquals(root.resolve("none") + expected + "no such folder", refusal(root.resolve("none"), SKIP));
        Path bare = Files.createDirectories(root.resolve("bare"));
        Files.createDirectories(bare.resolve("a"));
        Files.createDirectories(bare.resolve("b"));
        assertEquals(bare + ": expected images in its folders, got none", refusal(bare, SKIP));
        Files.createSymbolicLink(root.resolve("only/loop"), root.resolve("only"));
        String loop = refusal();
        assertTrue(loop.startsWith(root.resolve("only") + ": expected a folder that can be read, got a link to"), loop);
    }

    private static BufferedImage deep(int sample) {
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_USHORT_GRAY);
        for (int i = 0; i < 16; i++) {
            image.getRaster().setSample(i % 4, i / 4, 0, sample + i);
        }
        return image;
    }

    /** As X-rays have it: in bytes all would be black. */
    @Test
    void sixteenBitsAreKept() throws IOException {
        for (int i = 0; i < 10; i++) {
            SampleImages.write(root.resolve("a/" + i + ".png"), deep(i));
            SampleImages.write(root.resolve("b/" + i + ".png"), deep(100 + i));
        }
        ImageFolder data = ImageFolder.open(root, ImageOptions.DEFAULT);
        assertEquals(new Spec("image", DType.F32, Shape.of(4, 4, 1)), data.input());
        ExampleReader reader = new ExampleReader(data);
        reader.read(13);
        assertEquals(103 / 65535f, reader.inputs()[0], 1e-9f);
        assertEquals(118 / 65535f, reader.inputs()[15], 1e-9f);
        Path eight = root.resolve("of bytes");
        SampleImages.write(eight.resolve("a/1.png"), SampleImages.grey(4, 4, 0));
        SampleImages.write(eight.resolve("b/1.png"), SampleImages.grey(4, 4, 200));
        ImageFolder bytes = ImageFolder.open(eight, data.options());
        assertEquals(DType.U8, bytes.input().dtype());
        try (Device device = Device.cpu();
                Model model = Model.create(
                        Sequential.of(new Flatten(), new Dense(2)), data.input().shape(), device, 1)) {
            History history = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01))
                    .withValidation(bytes)
                    .fit(data);
            assertTrue(Double.isFinite(history.last().value("validation loss")));
        }
    }

    /** Files lie as cameras hold them. */
    @Test
    void sizesAreThoseOfUprightImages() throws IOException {
        byte[] jpeg = EncodedImages.file(SampleImages.grey(20, 40, 3), "jpg");
        for (int orientation = 5; orientation <= 8; orientation++) {
            byte[] turned = EncodedImages.withExif(jpeg, EncodedImages.exif(orientation, ByteOrder.LITTLE_ENDIAN));
            for (String label : List.of("a", "b")) {
                Path of = Files.createDirectories(root.resolve(label));
                Files.write(of.resolve(orientation + ".jpg"), turned);
            }
        }
        List<String> warnings = new ArrayList<>();
        ImageFolder data = ImageFolder.open(root, ImageOptions.DEFAULT, warnings::add);
        assertEquals(Shape.of(40, 20, 1), data.input().shape());
        assertEquals(List.of(root + ": 8 of 8 images were turned as their EXIF says"), warnings);
    }

    @Test
    void theBackgroundIsOneForAll() throws IOException {
        byte[] white = EncodedImages.png(2, 1, 8, EncodedImages.GREY_ALPHA, EncodedImages.bytes(255, 255, 0, 0));
        byte[] black = EncodedImages.png(2, 1, 8, EncodedImages.GREY_ALPHA, EncodedImages.bytes(0, 255, 0, 0));
        for (String name : List.of("a/1", "a/2", "b/1", "b/2", "b/3")) {
            Files.createDirectories(root.resolve(name).getParent());
            Files.write(root.resolve(name), name.equals("b/3") ? black : white);
        }
        List<String> warnings = new ArrayList<>();
        ImageFolder data = ImageFolder.open(root, ImageOptions.DEFAULT, warnings::add);
        assertEquals(ImageOptions.Background.BLACK, data.options().background());
        assertEquals(
                List.of(root
                        + ": 5 of 5 images with transparency were laid over black, of which 1 shows nothing on it"),
                warnings);
        assertEquals(-1, pixels(data, 0)[0]);
        assertEquals(0, pixels(data, 0)[1]);
        ImageFolder grey = ImageFolder.open(root, ImageOptions.DEFAULT.withBackground(ImageOptions.Background.GREY));
        assertEquals(-1, pixels(grey, 0)[0]);
        assertEquals((byte) 128, pixels(grey, 0)[1]);
        assertEquals(0, pixels(grey, 4)[0]);
        Files.delete(root.resolve("a/2"));
        Files.write(root.resolve("b/1"), black); // two of each
        assertEquals(
                ImageOptions.Background.WHITE,
                ImageFolder.open(root, ImageOptions.DEFAULT).options().background());
    }

    @Test
    void optionsThatCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> ImageOptions.DEFAULT.withChannels(2));
        assertThrows(IllegalArgumentException.class, () -> ImageOptions.DEFAULT.withSize(0, 3));
        assertThrows(IllegalArgumentException.class, () -> ImageOptions.DEFAULT.withSize(-1, -1));
    }
}
