package schuss.data.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import schuss.DType;
import schuss.Shape;
import schuss.data.ArrayDataset;
import schuss.data.DataException;
import schuss.data.Dataset;

/**
 * A data set of images in the four files of MNIST whose checksums are known.
 *
 * @param name the name of the data set
 * @param classNames the names of the classes in the order of their labels
 * @param train the files of the training set
 * @param test the files of the test set
 */
public record IdxSet(String name, List<String> classNames, Split train, Split test) implements FileSet {
    /** The largest number of bytes in a file, compressed or not: five times that of the largest known file. */
    public static final long MOST_BYTES = 1 << 28;

    /**
     * The files of one half.
     *
     * @param images the file of the images
     * @param labels the file of the labels
     */
    public record Split(Part images, Part labels) {}

    /**
     * A file that is stored in a folder under its name or with {@code .gz} appended.
     *
     * @param name the name of the file
     * @param sha256 the SHA-256 of its uncompressed bytes, in hexadecimal digits
     */
    public record Part(String name, String sha256) {
        /**
         * {@return the file in a folder, plain or compressed}
         *
         * @param folder the folder
         * @throws DataException if the folder does not have it
         */
        public Path in(Path folder) {
            if (!Files.isDirectory(folder)) {
                throw new DataException(
                        folder + ": expected a folder, got " + (Files.exists(folder) ? "a file" : "none"));
            }
            Path plain = folder.resolve(name);
            Path compressed = folder.resolve(name + ".gz");
            if (Files.exists(plain)) {
                return plain;
            }
            if (Files.exists(compressed)) {
                return compressed;
            }
            throw new DataException(folder + ": expected a file " + name + " or " + name + ".gz, got neither");
        }

        /**
         * Reads the file and checks its SHA-256.
         *
         * @param folder the folder
         * @return the array in it
         * @throws DataException if the file is missing, damaged or has other content
         */
        public Idx read(Path folder) {
            Path file = in(folder);
            MessageDigest digest = newDigest();
            Idx idx = Idx.read(file, digest);
            check(file, digest);
            return idx;
        }

        /**
         * Copies the uncompressed bytes of the file and checks their SHA-256.
         *
         * @param folder the folder
         * @param target the file to write
         * @throws IOException if reading or writing fails
         * @throws DataException if the file is missing, damaged or has other content
         */
        public void unpack(Path folder, Path target) throws IOException {
            Path file = in(folder);
            MessageDigest digest = newDigest();
            try (OutputStream out = Files.newOutputStream(target)) {
                Idx.unpack(file, out, digest, MOST_BYTES);
            }
            check(file, digest);
        }

        /**
         * Checks the SHA-256 of the file's uncompressed bytes, in any format.
         *
         * @param folder the folder
         * @throws DataException if the file is missing, damaged or has other content
         */
        public void verify(Path folder) {
            Path file = in(folder);
            MessageDigest digest = newDigest();
            try {
                Idx.unpack(file, OutputStream.nullOutputStream(), digest, MOST_BYTES);
            } catch (IOException e) {
                throw new DataException(file + ": expected a file that can be read, got " + e.getMessage(), e);
            }
            check(file, digest);
        }

        private void check(Path file, MessageDigest digest) {
            String got = HexFormat.of().formatHex(digest.digest());
            if (!got.equals(sha256)) {
                throw new DataException(
                        file + ": SHA-256 of the uncompressed bytes: expected " + sha256 + ", got " + got);
            }
        }

        private static MessageDigest newDigest() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java platform has SHA-256", e);
            }
        }
    }

    @Override
    public List<Part> parts() {
        return List.of(train.images, train.labels, test.images, test.labels);
    }

    /**
     * Reads one half of the data set from a folder and checks the files.
     *
     * @param folder the folder
     * @param split which half
     * @return the images and labels
     * @throws DataException if a file is missing, damaged or has other content
     */
    public Dataset read(Path folder, Split split) {
        Idx labels = split.labels.read(folder);
        Idx images = split.images.read(folder);
        if (images.dtype() != DType.U8 || images.shape().rank() != 3 || labels.dtype() != DType.U8) {
            throw new DataException(folder + ": expected images U8 (n, height, width) and labels U8 (n), got "
                    + images.dtype() + " " + images.shape() + " and " + labels.dtype() + " " + labels.shape());
        }
        byte[] bytes = new byte[Math.toIntExact(labels.shape().size())];
        labels.data().get(bytes);
        int[] values = new int[bytes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Byte.toUnsignedInt(bytes[i]);
        }
        Shape image = Shape.of(images.shape().dim(1), images.shape().dim(2), 1);
        return ArrayDataset.images(images.data(), image, values, classNames.size())
                .withClassNames(classNames);
    }

    /**
     * Checks that all four files are in a folder and have the right content.
     *
     * @param folder the folder
     * @return the folder
     * @throws DataException if a file is missing, damaged or has other content
     */
    public Path verify(Path folder) {
        parts().forEach(part -> part.read(folder));
        return folder;
    }
}
