package schuss.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.ChildJvm;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.internal.Inside;
import schuss.layers.Dense;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.train.loop.Settings;

/** What is saved and loaded passes a part at a time: Java's memory need not have room for it. */
class SmallHeapTest {
    private static final int WIDTH = 3000; // 36 MB of weights, and twice that of moments
    private static final int EXAMPLES = 8;

    @TempDir
    Path root;

    private static Model model(Device device) {
        return Model.create(Sequential.of(new Dense(WIDTH), new Relu(), new Dense(3)), Shape.of(WIDTH), device, 1);
    }

    private static Trainer trainer(Model model) {
        float[] x = new float[EXAMPLES * WIDTH];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(i);
        }
        Dataset data = Dataset.of(x, Shape.of(WIDTH), new int[] {0, 1, 2, 0, 1, 2, 0, 1}, 3);
        return Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(1e-3))
                .withValidation(data)
                .withEpochs(2)
                .withCallback(new EarlyStopping(5));
    }

    private static Dataset data(Trainer trainer) {
        return Inside.of(trainer, Settings.class).validation();
    }

    /** Run by {@link #everythingFits}, in a JVM of little memory. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        try (Device device = Device.cpu(1);
                Model model = model(device)) {
            Trainer trainer = trainer(model);
            trainer.withCheckpoints(folder.resolve("checkpoints"), 1).fit(data(trainer));
            model.save(folder.resolve("model"), Map.of());
        }
        try (Device device = Device.cpu(1);
                Model model = model(device)) {
            Trainer trainer = trainer(model);
            trainer.withResume(folder.resolve("checkpoints")).fit(data(trainer));
            model.save(folder.resolve("resumed"), Map.of());
        }
        try (Device device = Device.cpu(1);
                Model model = Model.load(folder.resolve("model"), device)) {
            model.save(folder.resolve("loaded"), Map.of());
        }
        System.out.println("done");
    }

    @Test
    void everythingFits() throws IOException, InterruptedException {
        // what early stopping keeps, 36 MB, is there once, and 36 MB while weights are drawn or copied
        Process child = ChildJvm.of(List.of("-Xmx128m"), SmallHeapTest.class, root.toString())
                .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), output);
        assertEquals(-1, Files.mismatch(root.resolve("model"), root.resolve("resumed")));
        assertEquals(-1, Files.mismatch(root.resolve("model"), root.resolve("loaded")));
    }
}
