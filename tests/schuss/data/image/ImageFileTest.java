package schuss.data.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.Shape;
import schuss.data.DataException;

class ImageFileTest {
    @TempDir
    Path folder;

    private Path write(BufferedImage image, String format) throws IOException {
        Path file = folder.resolve("image." + format);
        assertTrue(ImageIO.write(image, format, file.toFile()));
        return file;
    }

    private static BufferedImage grey(int width, int height, int... samples) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setPixels(0, 0, width, height, samples);
        return image;
    }

    @Test
    void keepsGreySamplesAsStored() throws IOException {
        Path file = write(grey(3, 2, 0, 51, 102, 128, 204, 255), "png");
        assertArrayEquals(
                new float[] {0, 0.2f, 0.4f, 128 / 255f, 0.8f, 1}, ImageFile.read(file, Shape.of(2, 3, 1)), 1e-6f);
        assertArrayEquals(
                new float[] {0.2f, 0.2f, 0.2f},
                Arrays.copyOfRange(ImageFile.read(file, Shape.of(2, 3, 3)), 3, 6),
                1e-6f);
    }

    @Test
    void readsSixteenBitGrey() throws IOException {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
        image.getRaster().setSample(0, 0, 0, 13107);
        assertArrayEquals(new float[] {0.2f}, ImageFile.read(write(image, "png"), Shape.of(1, 1, 1)), 1e-6f);
    }

    @Test
    void readsColourAndLuminance() throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0xFF0000);
        image.setRGB(1, 0, 0x336699);
        Path file = write(image, "png");
        assertArrayEquals(new float[] {1, 0, 0, 0.2f, 0.4f, 0.6f}, ImageFile.read(file, Shape.of(1, 2, 3)), 1e-6f);
        assertArrayEquals(
                new float[] {0.299f, 0.587f * 0.4f + 0.299f * 0.2f + 0.114f * 0.6f},
                ImageFile.read(file, Shape.of(1, 2, 1)),
                1e-6f);
    }

    @Test
    void readsJpeg() throws IOException {
        int[] samples = new int[256];
        Arrays.fill(samples, 128);
        float[] pixels = ImageFile.read(write(grey(16, 16, samples), "jpg"), Shape.of(16, 16, 1));
        assertEquals(128 / 255f, pixels[100], 0.01f);
    }

    /** Older Java's own reader does not. */
    @Test
    void readsJpegInFourInks() throws IOException {
        WritableRaster inks = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 8, 4, null);
        for (int x = 0; x < 16; x++) {
            for (int y = 0; y < 8; y++) { // 255 is no ink, as Adobe has it: the left half has magenta and yellow
                inks.setPixel(x, y, new int[] {255, x < 8 ? 0 : 255, x < 8 ? 0 : 255, 255});
            }
        }
        Path file = folder.resolve("inks.jpg");
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.write(new IIOImage(inks, null, null));
        } finally {
            writer.dispose();
        }
        byte[] plain = Files.readAllBytes(file);
        byte[] marker = {(byte) 0xFF, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0}; // CMYK
        ByteBuffer marked = ByteBuffer.allocate(plain.length + marker.length);
        Files.write(
                file,
                marked.put(plain, 0, 2)
                        .put(marker)
                        .put(plain, 2, plain.length - 2)
                        .array());
        assertFalse(ImageFile.header(file).grey());
        float[] pixels = ImageFile.read(file, Shape.of(1, 2, 3));
        assertTrue(pixels[0] > 0.7f && pixels[1] < 0.3f && pixels[2] < 0.3f, Arrays.toString(pixels));
        assertTrue(pixels[3] > 0.8f && pixels[4] > 0.8f && pixels[5] > 0.8f, Arrays.toString(pixels));
    }

    @Test
    void resizes() throws IOException {
        Path file = write(grey(4, 1, 0, 0, 255, 255), "png");
        assertArrayEquals(
                new float[] {0, 0.25f, 0.75f, 1},
                ImageFile.read(write(grey(2, 1, 0, 255), "png"), Shape.of(1, 4, 1)),
                1e-6f);
        write(grey(4, 1, 0, 0, 255, 255), "png");
        float[] half = ImageFile.read(file, Shape.of(1, 2, 1));
        assertEquals(1, half[0] + half[1], 1e-6f);
        assertTrue(half[0] < 0.2f && half[1] > 0.8f, Arrays.toString(half));

        int[] constant = new int[13 * 7];
        Arrays.fill(constant, 51);
        for (float pixel : ImageFile.read(write(grey(13, 7, constant), "png"), Shape.of(28, 5, 3))) {
            assertEquals(0.2f, pixel, 1e-6f);
        }
    }

    @Test
    void namesWhatIsNoImage() throws IOException {
        Shape shape = Shape.of(28, 28, 1);
        Path text = Files.writeString(folder.resolve("text"), "no image");
        assertEquals(
                text + ": expected a PNG, JPEG, GIF or BMP image, got another format",
                assertThrows(DataException.class, () -> ImageFile.read(text, shape))
                        .getMessage());
        Path missing = folder.resolve("missing");
        assertEquals(
                missing + ": expected an image file, got no such file",
                assertThrows(DataException.class, () -> ImageFile.read(missing, shape))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> ImageFile.read(text, Shape.of(28, 28)));
        assertThrows(IllegalArgumentException.class, () -> ImageFile.read(text, Shape.of(28, 28, 4)));
    }

    @Test
    void refusesFilesThatEndTooEarly() throws IOException {
        int[] samples = new Random(1).ints(64 * 64, 0, 256).toArray();
        for (String format : new String[] {"png", "jpg"}) {
            byte[] whole = Files.readAllBytes(write(grey(64, 64, samples), format));
            for (int length = 8; length < whole.length - 100; length += 97) {
                Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
                String message = assertThrows(
                                DataException.class, () -> ImageFile.read(cut, Shape.of(64, 64, 1)), format + length)
                        .getMessage();
                assertTrue(message.startsWith(cut + ": expected "), message);
            }
        }
    }

    @Test
    void refusesAbsurdSizesBeforeDecoding() throws IOException {
        byte[] png = Files.readAllBytes(write(grey(2, 1, 1, 2), "png"));
        png[18] = 0x7F; // the width is at bytes 16 to 19, the checksum of the header behind it
        png[22] = 0x7F;
        CRC32 sum = new CRC32();
        sum.update(png, 12, 17);
        for (int i = 0; i < 4; i++) {
            png[29 + i] = (byte) (sum.getValue() >> 24 - 8 * i);
        }
        Path file = Files.write(folder.resolve("huge.png"), png);
        String message = assertThrows(DataException.class, () -> ImageFile.read(file, Shape.of(1, 1, 1)))
                .getMessage();
        assertTrue(message.startsWith(file + ": expected at most 100000000 pixels, got "), message);
    }

    @Test
    void refusesSidesThatNoImageHas() throws IOException {
        Path file = write(grey(70_000, 1, new int[70_000]), "png");
        String message =
                assertThrows(DataException.class, () -> ImageFile.header(file)).getMessage();
        assertEquals(file + ": expected sides of at most 65535 pixels, got 70000", message);
    }
}
