package schuss.train;

import java.util.Random;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.layers.Tanh;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Optimizer;

/** Ten digits drawn on 8 x 8 pixels, shifted and with noise: enough to learn from, and nothing to download. */
public final class Digits {
    private static final String[] GLYPHS = {
        "01110 10001 10011 10101 11001 10001 01110",
        "00100 01100 00100 00100 00100 00100 01110",
        "01110 10001 00001 00110 01000 10000 11111",
        "01110 10001 00001 00110 00001 10001 01110",
        "00010 00110 01010 10010 11111 00010 00010",
        "11111 10000 11110 00001 00001 10001 01110",
        "00110 01000 10000 11110 10001 10001 01110",
        "11111 00001 00010 00100 01000 01000 01000",
        "01110 10001 10001 01110 10001 10001 01110",
        "01110 10001 10001 01111 00001 00010 01100",
    };

    private static final int SIDE = 8;

    private Digits() {}

    public static Dataset of(int count, long seed) {
        Random random = new Random(seed);
        float[] pixels = new float[count * SIDE * SIDE];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = random.nextInt(GLYPHS.length);
            draw(labels[i], random.nextInt(4), random.nextInt(2), pixels, i * SIDE * SIDE);
            for (int p = i * SIDE * SIDE; p < (i + 1) * SIDE * SIDE; p++) {
                pixels[p] += (float) (0.2 * random.nextGaussian());
            }
        }
        return Dataset.of(pixels, Shape.of(SIDE, SIDE, 1), labels, GLYPHS.length);
    }

    private static void draw(int digit, int right, int down, float[] pixels, int at) {
        String[] rows = GLYPHS[digit].split(" ", 7);
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < rows[y].length(); x++) {
                pixels[at + (y + down) * SIDE + x + right] = rows[y].charAt(x) - '0';
            }
        }
    }

    private static Layer network() {
        return Sequential.of(
                new Flatten(), new Dense(48), new Relu(), Dropout.drop(0.2), new Dense(32), new Tanh(), new Dense(10));
    }

    /** A network that learns them. */
    public static Model model(Device device) {
        return Model.create(network(), Shape.of(8, 8, 1), device, 42);
    }

    public static Trainer trainer(Model model, Optimizer optimizer) {
        return Trainer.of(model, new SoftmaxCrossEntropy(), optimizer).withBatchSize(32);
    }
}
