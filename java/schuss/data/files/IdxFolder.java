package schuss.data.files;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import schuss.DType;
import schuss.Shape;
import schuss.data.ArrayDataset;
import schuss.data.DataException;
import schuss.data.Dataset;

/**
 * Your own images and labels in the four files of MNIST: {@code train-images-idx3-ubyte}, {@code
 * train-labels-idx1-ubyte}, {@code t10k-images-idx3-ubyte} and {@code t10k-labels-idx1-ubyte}, each plain or as {@code
 * .gz}. The input is {@code image U8 (height, width, 1)}, the target {@code label I32 ()}. The number of classes is the
 * largest label plus 1.
 *
 * <pre>{@code
 * Dataset train = IdxFolder.train(Path.of("letters"));
 * Dataset test = IdxFolder.test(Path.of("letters"));
 * }</pre>
 */
public final class IdxFolder {
    private static final List<String> NAMES = List.of(
            "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");

    private IdxFolder() {}

    /**
     * {@return whether at least one of the four files exists}
     *
     * @param folder the folder
     */
    public static boolean isStarted(Path folder) {
        return NAMES.stream()
                .anyMatch(name -> Files.exists(folder.resolve(name)) || Files.exists(folder.resolve(name + ".gz")));
    }

    /**
     * Checks that all four files exist.
     *
     * @param folder the folder
     * @throws DataException if a file is missing; the message names it
     */
    public static void check(Path folder) {
        NAMES.forEach(name -> file(folder, name));
    }

    /**
     * {@return the training set}
     *
     * @param folder the folder with the files
     * @throws DataException if a file is missing or damaged, or the images and labels do not match
     */
    public static Dataset train(Path folder) {
        return read(folder, 0);
    }

    /**
     * {@return the test set}
     *
     * @param folder the folder with the files
     * @throws DataException if a file is missing or damaged, or the images and labels do not match
     */
    public static Dataset test(Path folder) {
        return read(folder, 2);
    }

    private static Dataset read(Path folder, int first) {
        Path imageFile = file(folder, NAMES.get(first));
        Path labelFile = file(folder, NAMES.get(first + 1));
        Idx images = expect(imageFile, Idx.read(imageFile), "images U8 (n, height, width)", 3);
        Idx labels = expect(labelFile, Idx.read(labelFile), "labels U8 (n)", 1);
        int n = images.shape().dim(0);
        if (labels.shape().dim(0) != n) {
            throw new DataException(labelFile + ": expected " + n + " labels, one for each image of " + imageFile
                    + ", got " + labels.shape().dim(0));
        }
        int[] values = new int[n];
        int largest = 0;
        ByteBuffer bytes = labels.data();
        for (int i = 0; i < n; i++) {
            values[i] = Byte.toUnsignedInt(bytes.get(i));
            largest = Math.max(largest, values[i]);
        }
        Shape image = Shape.of(images.shape().dim(1), images.shape().dim(2), 1);
        return ArrayDataset.images(images.data(), image, values, largest + 1);
    }

    private static Path file(Path folder, String name) {
        return new IdxSet.Part(name, "").in(folder);
    }

    private static Idx expect(Path file, Idx idx, String expected, int rank) {
        if (idx.dtype() != DType.U8 || idx.shape().rank() != rank) {
            throw new DataException(file + ": expected " + expected + ", got " + idx.dtype() + " " + idx.shape());
        }
        return idx;
    }
}
