package schuss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.backend.OutOfMemoryException;
import schuss.data.Dataset;
import schuss.layers.Dense;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.train.Trainer;

/** Who forgets to close is told where it was made, and the memory comes back. */
@Tag("device")
class LeakTest {
    private static final long PATIENCE_MILLIS = 20_000;

    private final LogRecords log = new LogRecords("schuss", null);

    @AfterEach
    void leave() {
        log.close();
    }

    @Test
    void forgottenTensor() {
        try (Device device = TestDevice.open()) {
            forgetTensor(device);
            awaitFreed(device, "DeviceTensor (3, 5) was never closed", "forgetTensor");
        }
    }

    private static void forgetTensor(Device device) {
        DeviceTensor.zeros(device, DType.F32, Shape.of(3, 5));
    }

    @Test
    void forgottenModel() {
        try (Device device = TestDevice.open()) {
            forgetModel(device, false);
            awaitFreed(device, "Model of 15 parameters was never closed", "forgetModel");
        }
    }

    @Test
    void forgottenModelThatWasTrained() {
        try (Device device = TestDevice.open()) {
            forgetModel(device, true);
            awaitFreed(device, "Model of 15 parameters was never closed", "forgetModel");
        }
    }

    private static void forgetModel(Device device, boolean trained) {
        Model model = Model.create(new Dense(3), Shape.of(4), device, 1);
        model.predict(new float[4]);
        if (trained) {
            Trainer.of(model, new SoftmaxCrossEntropy(), new Adam())
                    .fit(Dataset.of(new float[8], Shape.of(4), new int[2], 3));
        }
    }

    private void awaitFreed(Device device, String message, String method) {
        long began = System.currentTimeMillis();
        while (device.allocatedBytes() > 0) {
            assertTrue(System.currentTimeMillis() - began < PATIENCE_MILLIS, "still held: " + device.allocatedBytes());
            System.gc();
            sleep();
        }
        LogRecord entry = log.all().get(0);
        assertEquals(Level.WARNING, entry.getLevel());
        assertTrue(entry.getMessage().startsWith(message), entry.getMessage());
        assertTrue(
                Arrays.stream(entry.getThrown().getStackTrace())
                        .anyMatch(f -> f.getMethodName().equals(method)),
                "where it was made");
        assertEquals(1, log.all().size());
    }

    private static void sleep() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Memory runs out at every place in turn: nothing is lost, and what was there still works. */
    @Test
    void refusedMemoryLeavesNothingBehind() {
        Dataset data = Dataset.of(new float[800], Shape.of(4), new int[200], 3);
        try (Device device = TestDevice.openSmall()) {
            try (Model first = Model.create(new Dense(3), Shape.of(4), device, 1)) {
                first.predict(new float[4 * 200]); // what a GPU's libraries work in is there from then on
            }
            List<DeviceTensor> filling = fill(device);
            long full = device.allocatedBytes();
            int refused = 0;
            int whole = 0;
            for (int room = 64; room < 32_000; room += 128) {
                for (int i = 0; i < 4; i++) {
                    filling.remove(filling.size() - 1).close();
                }
                DeviceTensor rest = DeviceTensor.zeros(device, DType.U8, Shape.of(4 * 8192 - room));
                long before = device.allocatedBytes();
                try (Model model = Model.create(new Dense(3), Shape.of(4), device, 1)) {
                    Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam())
                            .withBatchSize(8);
                    trainer.fit(data.take(8));
                    try {
                        trainer.withBatchSize(200).fit(data);
                        whole++;
                    } catch (OutOfMemoryException e) {
                        refused++;
                        trainer.withBatchSize(8).fit(data.take(8)); // in the memory it has
                    }
                    model.predict(new float[4]);
                } catch (OutOfMemoryException e) {
                    refused++;
                }
                assertEquals(before, device.allocatedBytes(), "with room for " + room);
                rest.close();
                for (int i = 0; i < 4; i++) {
                    filling.add(DeviceTensor.zeros(device, DType.U8, Shape.of(8192)));
                }
                assertEquals(full, device.allocatedBytes());
            }
            assertTrue(refused > 50, "refused " + refused);
            assertTrue(whole > 10, "not refused " + whole);
        }
    }

    /** Takes all the budget, untouched pages of it, the last of it as many blocks of 8192 bytes. */
    private static List<DeviceTensor> fill(Device device) {
        List<DeviceTensor> filling = new java.util.ArrayList<>();
        for (int size = 1 << 30; size >= 1 << 22; size /= 2) {
            takeAll(device, size, filling);
        }
        filling.remove(filling.size() - 1).close(); // the last 4 MB in small blocks, which are touched
        for (int size = 8192; size >= 1; size /= 2) {
            takeAll(device, size, filling);
        }
        filling.sort(java.util.Comparator.comparingLong(t -> t.shape().size() == 8192 ? 1 : 0));
        return filling;
    }

    private static void takeAll(Device device, int size, List<DeviceTensor> filling) {
        while (true) {
            try {
                filling.add(DeviceTensor.zeros(device, DType.U8, Shape.of(size)));
            } catch (OutOfMemoryException e) {
                return;
            }
        }
    }

    /** A program that cannot be prepared. */
    @Test
    void anOpWithoutAKernelLeavesNothingBehind() {
        try (Device device = TestDevice.open()) {
            try (Model model = Model.create(
                    (scope, x) -> schuss.ops.Value.of(new ModelTest.Mystery(), x.relu()), Shape.of(3), device, 1)) {
                assertThrows(IllegalStateException.class, () -> model.predict(new float[3]));
            }
            assertEquals(0, device.allocatedBytes());
        }
    }

    /** What was closed, or was refused, is not reported. */
    @Test
    void nothingToReport() {
        try (Device device = TestDevice.open()) {
            for (int i = 0; i < 10; i++) {
                DeviceTensor.zeros(device, DType.F32, Shape.of(3)).close();
                Model.create(new Dense(3), Shape.of(4), device, 1).close();
                try {
                    DeviceTensor.zeros(device, DType.F32, Shape.of(1 << 30, 1 << 14));
                } catch (OutOfMemoryException e) {
                    // as it should be
                }
                try {
                    Model.create(
                            new Dense(3).withWeights((shape, random, values) -> {
                                throw new IllegalArgumentException("an initialiser of the user's that fails");
                            }),
                            Shape.of(4),
                            device,
                            1);
                } catch (IllegalArgumentException e) {
                    // as it should be
                }
            }
            assertEquals(0, device.allocatedBytes());
            for (int i = 0; i < 5; i++) {
                System.gc();
                sleep();
            }
            assertEquals(
                    List.of(), log.all().stream().map(LogRecord::getMessage).toList());
        }
    }
}
