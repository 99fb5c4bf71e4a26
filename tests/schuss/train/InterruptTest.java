package schuss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.data.files.Npy;
import schuss.data.table.Table;
import schuss.data.table.TableOptions;
import schuss.layers.Dense;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Sgd;

/** Threads of pools are interrupted to be cancelled: what they do ends soon and whole, and they stay interrupted. */
class InterruptTest {
    @TempDir
    private Path folder;

    @AfterEach
    void clear() {
        Thread.interrupted();
    }

    private static Model model(Device device) {
        return Model.create(new Dense(3), Shape.of(4), device, 1);
    }

    private static Trainer trainer(Model model) {
        return Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(0.01)).withBatchSize(8);
    }

    @Test
    @Timeout(60)
    void aFitEndsAsStopEndsIt() throws InterruptedException {
        try (Device device = Device.cpu(1);
                Model model = model(device)) {
            CountDownLatch begun = new CountDownLatch(1);
            History[] history = new History[1];
            boolean[] kept = new boolean[1];
            Thread fitting = new Thread(() -> {
                history[0] = trainer(model)
                        .withEpochs(1_000_000_000)
                        .withCallback(new Callback() {
                            @Override
                            public void onEpoch(Epoch epoch) {
                                begun.countDown();
                            }
                        })
                        .fit(Toy.data(64));
                kept[0] = Thread.currentThread().isInterrupted();
            });
            fitting.start();
            assertTrue(begun.await(30, TimeUnit.SECONDS));
            fitting.interrupt();
            fitting.join();
            assertTrue(history[0].epochs().size() >= 1);
            assertTrue(kept[0]);
        }
    }

    @Test
    void whatIsInterruptedBeforeTrainsNothing() {
        try (Device device = Device.cpu(1);
                Model model = model(device)) {
            float[] before = model.parameter("weight");
            Thread.currentThread().interrupt();
            assertEquals(
                    List.of(), trainer(model).withEpochs(3).fit(Toy.data(8)).epochs());
            assertTrue(Thread.interrupted());
            assertArrayEquals(before, model.parameter("weight"));
            trainer(model).withEpochs(1).fit(Toy.data(8));
        }
    }

    /** Files are written and read to their end. */
    @Test
    void filesAreWholeAllTheSame() throws IOException {
        Path table = Files.writeString(folder.resolve("t.csv"), "a,b\n1,x\n2,y\n3,x\n");
        Path array = folder.resolve("x.npy");
        String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }\n";
        byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0};
        Files.write(array, start);
        Files.writeString(array, header + "ab", java.nio.file.StandardOpenOption.APPEND);
        Path path = folder.resolve("m.safetensors");
        try (Device device = Device.cpu(1);
                Model model = model(device)) {
            Thread.currentThread().interrupt();
            model.save(path);
            assertTrue(Thread.currentThread().isInterrupted());
            try (Model loaded = Model.load(path, new Dense(3), Shape.of(4), device)) {
                assertArrayEquals(model.parameter("weight"), loaded.parameter("weight"));
            }
            assertEquals(3, Table.read(table, TableOptions.DEFAULT).size());
            assertArrayEquals(new int[] {'a', 'b'}, Npy.read(array).ints());
            assertEquals(3, model.predict(new float[4]).length);
            Dataset data = Toy.data(8);
            SaveBest best = new SaveBest(folder.resolve("best.safetensors")).withMetric("loss");
            Thread.interrupted();
            History history = trainer(model)
                    .withCallback(best)
                    .withCallback(new Callback() {
                        @Override
                        public void onProgress(Progress progress) {
                            Thread.currentThread().interrupt();
                        }
                    })
                    .withEpochs(2)
                    .fit(data);
            assertTrue(Thread.interrupted());
            assertEquals(List.of(), history.warnings());
        }
    }
}
