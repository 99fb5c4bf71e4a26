package schuss.data.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static schuss.data.image.EncodedImages.COLOUR;
import static schuss.data.image.EncodedImages.COLOUR_ALPHA;
import static schuss.data.image.EncodedImages.GREY;
import static schuss.data.image.EncodedImages.GREY_ALPHA;
import static schuss.data.image.EncodedImages.PALETTE;
import static schuss.data.image.EncodedImages.bytes;
import static schuss.data.image.EncodedImages.chunk;
import static schuss.data.image.EncodedImages.exif;
import static schuss.data.image.EncodedImages.png;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;
import javax.imageio.plugins.tiff.TIFFTag;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import schuss.Shape;
import schuss.data.DataException;
import schuss.data.image.ImageOptions.Background;

/** What an image is, a network sees: which way up, in which colours, in how many bits and over what. */
class ImageFidelityTest {
    private static final ImageOptions COLOURS = ImageOptions.DEFAULT.withShape(Shape.of(1, 1, 3));

    @TempDir
    Path folder;

    private static float[] pixel(byte... file) {
        return ImageFile.read(file, COLOURS);
    }

    private static float grey(byte... file) {
        return ImageFile.read(file, Shape.of(1, 1, 1))[0];
    }

    private static void assertColour(float red, float green, float blue, byte... file) {
        assertArrayEquals(new float[] {red, green, blue}, pixel(file), 1e-6f);
    }

    /** 20 rows of 40 pixels, the left half white. */
    private static BufferedImage halves() {
        BufferedImage image = new BufferedImage(40, 20, BufferedImage.TYPE_BYTE_GRAY);
        for (int x = 0; x < 20; x++) {
            for (int y = 0; y < 20; y++) {
                image.getRaster().setSample(x, y, 0, 255);
            }
        }
        return image;
    }

    private static String whitePart(byte... file) {
        float[] wide = ImageFile.read(file, Shape.of(1, 2, 1));
        float[] high = ImageFile.read(file, Shape.of(2, 1, 1));
        boolean sides = Math.abs(wide[0] - wide[1]) > 0.5;
        return sides ? wide[0] > wide[1] ? "left" : "right" : high[0] > high[1] ? "top" : "bottom";
    }

    @ParameterizedTest
    @CsvSource({
        "1, left",
        "2, right",
        "3, right",
        "4, left",
        "5, top",
        "6, top",
        "7, bottom",
        "8, bottom",
        "0, left",
        "9, left"
    })
    void turnsUpright(int orientation, String white) throws IOException {
        byte[] jpeg = EncodedImages.file(halves(), "jpg");
        byte[] png = EncodedImages.file(halves(), "png");
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            byte[] exif = exif(orientation, order);
            assertEquals(white, whitePart(EncodedImages.withExif(jpeg, exif)), "JPEG");
            byte[] chunk = chunk("eXIf", exif);
            byte[] early = Arrays.copyOf(png, png.length + chunk.length);
            System.arraycopy(chunk, 0, early, 33, chunk.length); // behind the signature and the header
            System.arraycopy(png, 33, early, 33 + chunk.length, png.length - 33);
            assertEquals(white, whitePart(early), "PNG");
            assertEquals(white, whitePart(EncodedImages.appended(png, chunk)), "PNG, behind the pixels");
        }
    }

    /** Where an image's corners go. */
    @ParameterizedTest
    @CsvSource({"1, 1234", "2, 2143", "3, 4321", "4, 3412", "5, 1324", "6, 3142", "7, 4231", "8, 2413"})
    void turnsCorners(int orientation, String corners) {
        byte[] file = png(2, 2, 8, GREY, bytes(1, 2, 3, 4), chunk("eXIf", exif(orientation, ByteOrder.BIG_ENDIAN)));
        float[] pixels = ImageFile.read(file, Shape.of(2, 2, 1));
        StringBuilder text = new StringBuilder();
        for (float pixel : pixels) {
            text.append(Math.round(pixel * 255));
        }
        assertEquals(corners, text.toString());
        float[] colours = ImageFile.read(file, Shape.of(2, 2, 3));
        assertEquals(pixels[1], colours[4]);
    }

    @Test
    void turnsTiff() throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
        Path file = folder.resolve("turned.tiff");
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            BufferedImage image = halves();
            IIOMetadata metadata = writer.getDefaultImageMetadata(
                    new javax.imageio.ImageTypeSpecifier(image), writer.getDefaultWriteParam());
            TIFFDirectory directory = TIFFDirectory.createFromMetadata(metadata);
            directory.addTIFFField(new TIFFField(
                    BaselineTIFFTagSet.getInstance().getTag(BaselineTIFFTagSet.TAG_ORIENTATION),
                    TIFFTag.TIFF_SHORT,
                    1,
                    new char[] {8}));
            writer.write(null, new IIOImage(image, null, directory.getAsMetadata()), writer.getDefaultWriteParam());
        } finally {
            writer.dispose();
        }
        assertEquals(40, ImageFile.header(file).height());
        assertEquals("bottom", whitePart(Files.readAllBytes(file)));
    }

    @Test
    void damagedExifTurnsNothing() throws IOException {
        byte[] jpeg = EncodedImages.file(halves(), "jpg");
        byte[] whole = exif(6, ByteOrder.BIG_ENDIAN);
        for (int length = 0; length < 34; length++) { // up to the value
            assertEquals("left", whitePart(EncodedImages.withExif(jpeg, Arrays.copyOf(whole, length))), "" + length);
        }
        byte[] far = whole.clone();
        far[4] = 0x70; // the directory is behind the end
        assertEquals("left", whitePart(EncodedImages.withExif(jpeg, far)));
        assertEquals("top", whitePart(EncodedImages.withExif(jpeg, whole)));
    }

    @Test
    void keepsSixteenBits() throws IOException {
        assertEquals(1 / 65535f, grey(png(1, 1, 16, GREY, bytes(0, 1))), 1e-9f);
        assertEquals(513 / 65535f, grey(png(1, 1, 16, GREY, bytes(2, 1))), 1e-9f);
        assertArrayEquals(
                new float[] {258 / 65535f, 772 / 65535f, 1286 / 65535f},
                pixel(png(1, 1, 16, COLOUR, bytes(1, 2, 3, 4, 5, 6))),
                1e-9f);
        assertArrayEquals(
                new float[] {258 / 65535f, 772 / 65535f, 1286 / 65535f},
                pixel(png(1, 1, 16, COLOUR_ALPHA, bytes(1, 2, 3, 4, 5, 6, 255, 255))),
                1e-9f);
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_USHORT, 1, 1, 3, null);
        raster.setPixel(0, 0, new int[] {1, 300, 65535});
        BufferedImage image = new BufferedImage(
                new ComponentColorModel(
                        ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, 1, DataBuffer.TYPE_USHORT),
                raster,
                false,
                null);
        assertArrayEquals(new float[] {1 / 65535f, 300 / 65535f, 1}, pixel(EncodedImages.file(image, "tiff")), 1e-9f);
    }

    @Test
    void fewBitsAreAsBrightAsMany() {
        assertEquals(1, grey(png(1, 1, 1, GREY, bytes(0x80))));
        assertEquals(1 / 3f, grey(png(1, 1, 2, GREY, bytes(0x40))), 1e-6f);
        assertEquals(0.2f, grey(png(1, 1, 4, GREY, bytes(0x30))), 1e-6f);
    }

    /** Black ink on nothing stays to be seen, and so does white ink over black. */
    @Test
    void transparentPartsLetTheBackgroundThrough() throws IOException {
        byte[] nothing = png(1, 1, 8, COLOUR_ALPHA, bytes(0, 0, 0, 0));
        assertColour(1, 1, 1, nothing);
        assertArrayEquals(
                new float[] {0, 0, 0}, ImageFile.read(nothing, COLOURS.withBackground(Background.BLACK)), 1e-6f);
        assertArrayEquals(
                new float[] {0.5f, 0.5f, 0.5f},
                ImageFile.read(nothing, COLOURS.withBackground(Background.GREY)),
                1e-6f);
        assertColour(0, 0, 0, png(1, 1, 8, COLOUR_ALPHA, bytes(0, 0, 0, 255)));
        // 0.4 of the colour, 0.6 of white
        assertColour(0.6f, 0.6f + 0.4f * 127 / 255, 1, png(1, 1, 8, COLOUR_ALPHA, bytes(0, 127, 255, 102)));
        assertEquals(0.8f, grey(png(1, 1, 8, GREY_ALPHA, bytes(127, 102))), 2e-3f);
        assertEquals(1 - 32768 / 65535f, grey(png(1, 1, 16, GREY_ALPHA, bytes(0, 0, 128, 0))), 1e-6f);
        byte[] palette = chunk("PLTE", bytes(10, 20, 30, 0, 0, 0));
        assertColour(1, 1, 1, png(1, 1, 8, PALETTE, bytes(1), palette, chunk("tRNS", bytes(255, 0))));
        assertColour(
                10 / 255f,
                20 / 255f,
                30 / 255f,
                png(1, 1, 8, PALETTE, bytes(0), palette, chunk("tRNS", bytes(255, 0))));
        assertColour(1, 1, 1, png(1, 1, 8, COLOUR, bytes(1, 2, 3), chunk("tRNS", bytes(0, 1, 0, 2, 0, 3))));
        assertColour(1, 1, 1, png(1, 1, 16, COLOUR, bytes(9, 1, 9, 2, 9, 3), chunk("tRNS", bytes(9, 1, 9, 2, 9, 3))));
        assertEquals(1, grey(png(1, 1, 8, GREY, bytes(7), chunk("tRNS", bytes(0, 7)))));
        assertEquals(8 / 255f, grey(png(1, 1, 8, GREY, bytes(8), chunk("tRNS", bytes(0, 7)))), 1e-6f);
        assertEquals(1, grey(png(1, 1, 1, GREY, bytes(0), chunk("tRNS", bytes(0, 0)))));
        BufferedImage gif = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
        assertColour(1, 1, 1, EncodedImages.file(gif, "gif"));
        assertColour(1, 1, 1, EncodedImages.file(gif, "tiff"));
    }

    /** Of TIFF files whose colours are multiplied with their opacity already. */
    @Test
    void multipliedColoursAreMultipliedOnce() throws IOException {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_4BYTE_ABGR_PRE);
        image.getRaster().setPixel(0, 0, new int[] {51, 0, 0, 102}); // half red, 0.4 of it
        float[] pixel = pixel(EncodedImages.file(image, "tiff"));
        assertArrayEquals(new float[] {0.8f, 0.6f, 0.6f}, pixel, 1e-6f);
    }

    /** The values follow from the primaries and the curve of sRGB. */
    @Test
    void wideColoursBecomeThoseOfSrgb() throws IOException {
        float[] expected = {214.9007f / 255, 92.6097f / 255, 30.9521f / 255}; // of 200, 100, 50 in Display P3
        byte[] p3 = EncodedImages.displayP3();
        byte[] samples = bytes(200, 100, 50);
        assertArrayEquals(expected, pixel(png(1, 1, 8, COLOUR, samples, EncodedImages.profileChunk(p3))), 0.5f / 255);
        assertArrayEquals(
                expected,
                pixel(png(1, 1, 16, COLOUR, bytes(200, 200, 100, 100, 50, 50), EncodedImages.profileChunk(p3))),
                0.1f / 255);
        assertArrayEquals(
                expected,
                pixel(png(1, 1, 8, COLOUR_ALPHA, bytes(200, 100, 50, 255), EncodedImages.profileChunk(p3))),
                0.5f / 255);
        assertArrayEquals(
                expected,
                pixel(png(1, 1, 8, PALETTE, bytes(0), EncodedImages.profileChunk(p3), chunk("PLTE", samples))),
                0.5f / 255);
        BufferedImage plain = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 256; i++) {
            plain.setRGB(i % 16, i / 16, 0xC86432);
        }
        byte[] jpeg = EncodedImages.file(plain, "jpg");
        for (int parts : new int[] {1, 3}) {
            assertArrayEquals(expected, pixel(EncodedImages.withProfile(jpeg, parts, p3)), 3f / 255);
        }
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 1, 1, 3, null);
        raster.setPixel(0, 0, new int[] {200, 100, 50});
        BufferedImage image = new BufferedImage(
                new ComponentColorModel(
                        new ICC_ColorSpace(ICC_Profile.getInstance(p3)), false, false, 1, DataBuffer.TYPE_BYTE),
                raster,
                false,
                null);
        assertArrayEquals(expected, pixel(EncodedImages.file(image, "tiff")), 0.5f / 255);
        for (byte[] same : new byte[][] {EncodedImages.srgb(), bytes(1, 2, 3), new byte[0]}) {
            assertColour(
                    200 / 255f, 100 / 255f, 50 / 255f, png(1, 1, 8, COLOUR, samples, EncodedImages.profileChunk(same)));
        }
    }

    @Test
    void greysOfAProfileToo() throws IOException {
        byte[] jpeg = EncodedImages.file(SampleImages.grey(8, 8, 100), "jpg");
        double[][] cases = {{1, 168.1131}, {1.8, 119.2926}, {2.2, 100.0343}}; // light to this power, and 100 in sRGB
        for (double[] each : cases) {
            byte[] profile = EncodedImages.greyProfile(each[0]);
            float expected = (float) each[1] / 255;
            byte[] chunk = EncodedImages.profileChunk(profile);
            assertEquals(expected, grey(png(1, 1, 8, GREY, bytes(100), chunk)), 0.5f / 255);
            assertEquals(expected, grey(png(1, 1, 16, GREY, bytes(100, 100), chunk)), 0.1f / 255);
            assertEquals(expected, grey(png(1, 1, 8, GREY_ALPHA, bytes(100, 255), chunk)), 0.5f / 255);
            assertEquals(expected, grey(EncodedImages.withProfile(jpeg, 1, profile)), 1.5f / 255);
        }
        assertEquals(100 / 255f, grey(png(1, 1, 8, GREY, bytes(100))), 1e-6f);
        // one for colours means nothing to greys
        byte[] other = EncodedImages.profileChunk(EncodedImages.displayP3());
        assertEquals(100 / 255f, grey(png(1, 1, 8, GREY, bytes(100), other)), 1e-6f);
    }

    @Test
    void notesWhatWasDone() throws IOException {
        ImageNotes notes = new ImageNotes();
        assertTrue(notes.isEmpty());
        assertEquals("", notes.toString());
        byte[] turn = chunk("eXIf", exif(3, ByteOrder.BIG_ENDIAN));
        byte[][] files = {
            png(1, 1, 8, COLOUR, bytes(1, 2, 3)),
            png(1, 1, 8, COLOUR, bytes(1, 2, 3), turn),
            png(1, 1, 8, GREY, bytes(1), turn),
            png(1, 1, 8, COLOUR_ALPHA, bytes(9, 9, 9, 254)),
            png(1, 1, 8, COLOUR_ALPHA, bytes(9, 9, 9, 255)), // has alpha, but for nothing
            png(1, 1, 8, COLOUR, bytes(1, 2, 3), EncodedImages.profileChunk(EncodedImages.displayP3())),
            png(1, 1, 8, COLOUR, bytes(1, 2, 3), EncodedImages.profileChunk(EncodedImages.srgb()))
        };
        for (int i = 0; i < files.length; i++) {
            ImageFile.read(Files.write(folder.resolve("" + i), files[i]), COLOURS, notes);
        }
        assertFalse(notes.isEmpty());
        assertEquals(
                "2 of 7 images were turned as their EXIF says, 1 with transparency was laid over white,"
                        + " 1 was converted from their colour profile to sRGB",
                notes.toString());
    }

    @Test
    void readsFromWhereverItLies() throws IOException {
        byte[] file = png(
                2,
                1,
                8,
                COLOUR_ALPHA,
                bytes(0, 0, 0, 0, 51, 51, 51, 255),
                chunk("eXIf", exif(3, ByteOrder.BIG_ENDIAN)));
        float[] expected = {0.2f, 1};
        Shape shape = Shape.of(1, 2, 1);
        assertArrayEquals(expected, ImageFile.read(file, shape), 1e-6f);
        Path plain = Files.write(folder.resolve("x"), file);
        assertArrayEquals(expected, ImageFile.read(plain, shape), 1e-6f);
        try (ByteArrayInputStream in = new ByteArrayInputStream(file)) {
            assertArrayEquals(expected, ImageFile.read(in, shape), 1e-6f);
        }
        ImageOptions black = ImageOptions.DEFAULT.withShape(shape).withBackground(Background.BLACK);
        float[] overBlack = {0.2f, 0};
        assertArrayEquals(overBlack, ImageFile.read(file, black), 1e-6f);
        assertArrayEquals(overBlack, ImageFile.read(plain, black), 1e-6f);
        assertArrayEquals(overBlack, ImageFile.read(new ByteArrayInputStream(file), black), 1e-6f);
        try (FileSystem zip = FileSystems.newFileSystem(folder.resolve("x.zip"), Map.of("create", "true"))) {
            Path inside = Files.write(zip.getPath("/x.png"), file);
            assertArrayEquals(expected, ImageFile.read(inside, shape), 1e-6f);
        }
        assertEquals(
                "image: expected a PNG, JPEG, GIF or BMP image, got another format",
                assertThrows(DataException.class, () -> ImageFile.read(bytes(1, 2, 3), shape))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> ImageFile.read(file, ImageOptions.DEFAULT));
    }
}
