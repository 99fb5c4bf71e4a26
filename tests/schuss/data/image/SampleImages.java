package schuss.data.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;

/** Images in class folders made by hand, for tests. */
public final class SampleImages {
    /** Height and width. */
    public static final int SIDE = 8;

    private static final String[] FORMATS = {"png", "jpg", "bmp", "gif"};

    private SampleImages() {}

    /** So many files of each class, in turn of every format; each class has a bright band of its own. */
    public static Path write(Path folder, int each, long seed, String... classes) throws IOException {
        Random random = new Random(seed);
        for (int label = 0; label < classes.length; label++) {
            Path of = Files.createDirectories(folder.resolve(classes[label]));
            for (int i = 0; i < each; i++) {
                String name = String.format("%04d.%s", i, FORMATS[i % FORMATS.length]);
                write(of.resolve(name), banded(label, classes.length, random));
            }
        }
        return folder;
    }

    /** An image of a class. */
    public static BufferedImage banded(int label, int classes, Random random) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int value = random.nextInt(50) + (y * classes / SIDE == label ? 200 : 0);
                image.setRGB(x, y, value << 16 | value << 8 | Math.min(255, value + 5));
            }
        }
        return image;
    }

    /** An image in one shade of grey. */
    public static BufferedImage grey(int height, int width, int sample) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        int[] samples = new int[height * width];
        Arrays.fill(samples, sample);
        image.getRaster().setPixels(0, 0, width, height, samples);
        return image;
    }

    /** In the format that the file's name says. */
    public static Path write(Path file, BufferedImage image) throws IOException {
        String name = file.getFileName().toString();
        Files.createDirectories(file.getParent());
        if (!ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile())) {
            throw new IOException(file + ": expected a format that can be written");
        }
        return file;
    }

    /** Cuts a file off in its middle. */
    public static Path cut(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return Files.write(file, Arrays.copyOf(bytes, bytes.length * 2 / 3));
    }
}
