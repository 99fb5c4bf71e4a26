package schuss.selftest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import schuss.Shape;
import schuss.data.files.Idx;

/**
 * Writes the first images of each class of an IDX folder into another: as many of each, always the same ones, in the
 * order in which they stood. All of Fashion-MNIST would be half of what travels to a GPU.
 *
 * <pre>
 * ImageSubset FROM TO 2000 500     of each class, to train and to test with
 * </pre>
 */
public final class ImageSubset {
    private static final int LABELS = 256; // of a byte
    private static final int U8 = 0x08;

    private ImageSubset() {}

    public static void main(String[] arguments) throws IOException {
        Path from = Path.of(arguments[0]);
        Path to = Files.createDirectories(Path.of(arguments[1]));
        write(from, to, "train", Integer.parseInt(arguments[2]));
        write(from, to, "t10k", Integer.parseInt(arguments[3]));
    }

    private static void write(Path from, Path to, String half, int ofEach) throws IOException {
        String imageName = half + "-images-idx3-ubyte";
        String labelName = half + "-labels-idx1-ubyte";
        Idx all = Idx.read(from.resolve(imageName));
        ByteBuffer labels = Idx.read(from.resolve(labelName)).data();
        int[] chosen = chosen(labels, ofEach, from.resolve(labelName));
        int pixels = Math.toIntExact(all.shape().size() / all.shape().dim(0));
        ByteBuffer images =
                header(Shape.of(chosen.length, all.shape().dim(1), all.shape().dim(2)));
        ByteBuffer classes = header(Shape.of(chosen.length));
        for (int index : chosen) {
            images.put(all.data().slice(index * pixels, pixels));
            classes.put(labels.get(index));
        }
        Files.write(to.resolve(imageName), images.array());
        Files.write(to.resolve(labelName), classes.array());
        System.out.println(half + ": " + chosen.length + " of " + labels.limit() + " images");
    }

    private static int[] chosen(ByteBuffer labels, int ofEach, Path file) {
        int[] seen = new int[LABELS];
        int[] chosen = IntStream.range(0, labels.limit())
                .filter(i -> seen[Byte.toUnsignedInt(labels.get(i))]++ < ofEach)
                .toArray();
        for (int label = 0; label < LABELS; label++) {
            if (seen[label] > 0 && seen[label] < ofEach) {
                throw new IllegalArgumentException(
                        file + ": expected at least " + ofEach + " of class " + label + ", got " + seen[label]);
            }
        }
        return chosen;
    }

    /** A file of bytes with its header written, filled up to where the elements begin. */
    private static ByteBuffer header(Shape shape) {
        int rank = shape.rank();
        ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(4 + 4L * rank + shape.size()));
        file.putInt(U8 << 8 | rank);
        for (int i = 0; i < rank; i++) {
            file.putInt(shape.dim(i));
        }
        return file;
    }
}
