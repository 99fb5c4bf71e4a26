package examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import schuss.Device;
import schuss.Model;
import schuss.data.Dataset;
import schuss.data.files.Npy;
import schuss.layers.Dense;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Rescale;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Adam;
import schuss.train.Trainer;

/** Learns from arrays in NumPy's files, whose numbers the network scales itself. */
public final class NumPyFiles {
    /** The accuracy on a fifth of the examples, which are not trained on. */
    static double train(Path x, Path y, Device device) {
        // snippet: numpy
        Dataset data = Npy.dataset(Npy.read(x), Npy.read(y)); // whole numbers in y are labels
        List<Dataset> parts = data.shuffle(7).split(0.8, 0.2);
        Dataset train = parts.get(0);
        Layer net = Sequential.of(
                Rescale.standardise(train), // to mean 0 and variance 1
                new Dense(32),
                new Relu(),
                new Dense(train.classes()));
        // end
        try (Model model = Model.create(net, train.input(), device, 42)) {
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01))
                    .withMetric(new Accuracy())
                    .withEpochs(20);
            trainer.fit(train);
            return trainer.evaluate(parts.get(1)).get("accuracy");
        }
    }

    /** What numpy.save writes, of rows (n, 2) of f4. */
    static void write(Path file, float[] rows) throws IOException {
        ByteBuffer numbers = ByteBuffer.allocate(4 * rows.length).order(ByteOrder.LITTLE_ENDIAN);
        numbers.asFloatBuffer().put(rows);
        write(file, "'<f4'", "(" + rows.length / 2 + ", 2)", numbers);
    }

    /** What numpy.save writes, of labels (n) of i4. */
    static void write(Path file, int[] labels) throws IOException {
        ByteBuffer numbers = ByteBuffer.allocate(4 * labels.length).order(ByteOrder.LITTLE_ENDIAN);
        numbers.asIntBuffer().put(labels);
        write(file, "'<i4'", "(" + labels.length + ",)", numbers);
    }

    private static void write(Path file, String type, String shape, ByteBuffer numbers) throws IOException {
        String text = "{'descr': " + type + ", 'fortran_order': False, 'shape': " + shape + ", }";
        String header = String.format("%-117s%n", text); // 10 bytes in front of it: 128 in all
        ByteBuffer all = ByteBuffer.allocate(128 + numbers.capacity()).order(ByteOrder.LITTLE_ENDIAN);
        all.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.ISO_8859_1))
                .put((byte) 1)
                .put((byte) 0);
        all.putShort((short) 118)
                .put(header.getBytes(StandardCharsets.ISO_8859_1))
                .put(numbers);
        Files.write(file, all.array());
    }
}
