package schuss.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A small set that is easy to learn: the class of an image is the row that is bright. */
final class IdxSamples {
    static final int SIDE = 4;
    static final int TRAIN = 200;
    static final int TEST = 50;

    private IdxSamples() {}

    static Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        write(folder, "train", TRAIN, new Random(1));
        write(folder, "t10k", TEST, new Random(2));
        return folder;
    }

    private static void write(Path folder, String part, int n, Random random) throws IOException {
        byte[] pixels = new byte[n * SIDE * SIDE];
        byte[] labels = new byte[n];
        for (int i = 0; i < n; i++) {
            labels[i] = (byte) (i % SIDE);
            for (int j = 0; j < SIDE * SIDE; j++) {
                pixels[i * SIDE * SIDE + j] = (byte) (random.nextInt(60) + (j / SIDE == labels[i] ? 190 : 0));
            }
        }
        Files.write(folder.resolve(part + "-images-idx3-ubyte"), idx(pixels, n, SIDE, SIDE));
        Files.write(folder.resolve(part + "-labels-idx1-ubyte"), idx(labels, n));
    }

    static byte[] idx(byte[] data, int... dimensions) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * dimensions.length + data.length);
        file.putInt(8 << 8 | dimensions.length);
        for (int dimension : dimensions) {
            file.putInt(dimension);
        }
        return file.put(data).array();
    }
}
