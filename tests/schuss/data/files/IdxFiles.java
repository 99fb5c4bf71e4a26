package schuss.data.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** IDX files made by hand, for tests. */
public final class IdxFiles {
    private IdxFiles() {}

    static byte[] bytes(int type, int[] dimensions, byte... data) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * dimensions.length + data.length);
        file.putInt(type << 8 | dimensions.length);
        for (int dimension : dimensions) {
            file.putInt(dimension);
        }
        return file.put(data).array();
    }

    public static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(result)) {
            out.write(plain);
        }
        return result.toByteArray();
    }

    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    public static final byte[] TRAIN_IMAGES =
            bytes(8, new int[] {3, 2, 1}, (byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5, (byte) 255);
    static final byte[] TRAIN_LABELS = bytes(8, new int[] {3}, (byte) 0, (byte) 1, (byte) 1);
    static final byte[] TEST_IMAGES = bytes(8, new int[] {1, 2, 1}, (byte) 9, (byte) 8);
    public static final byte[] TEST_LABELS = bytes(8, new int[] {1}, (byte) 1);

    /** A set of three training images and one test image, 2 x 1 pixels, two classes. */
    public static final IdxSet SET = new IdxSet(
            "tiny",
            List.of("dark", "bright"),
            new IdxSet.Split(
                    new IdxSet.Part("train-images", sha256(TRAIN_IMAGES)),
                    new IdxSet.Part("train-labels", sha256(TRAIN_LABELS))),
            new IdxSet.Split(
                    new IdxSet.Part("test-images", sha256(TEST_IMAGES)),
                    new IdxSet.Part("test-labels", sha256(TEST_LABELS))));

    /** Writes the files of {@link #SET}, two of them compressed. */
    public static Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("train-images.gz"), gzip(TRAIN_IMAGES));
        Files.write(folder.resolve("train-labels"), TRAIN_LABELS);
        Files.write(folder.resolve("test-images.gz"), gzip(TEST_IMAGES));
        Files.write(folder.resolve("test-labels"), TEST_LABELS);
        return folder;
    }
}
