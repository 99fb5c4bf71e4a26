package schuss.train.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import schuss.Device;
import schuss.Model;
import schuss.Philox;
import schuss.TestDevice;
import schuss.data.DataException;
import schuss.data.Dataset;
import schuss.data.augment.Augmentation;
import schuss.optim.Adam;
import schuss.train.Callback;
import schuss.train.Digits;
import schuss.train.Epoch;
import schuss.train.History;
import schuss.train.Progress;
import schuss.train.Toy;
import schuss.train.Trainer;

/** Reading ahead and changing images on the way: the same results, whoever reads. */
@Tag("device")
class LoaderTest {
    private static final Augmentation SOME =
            Augmentation.none().translate(0.1).rotate(15).noise(0.1).withProbability(0.5);

    private record Result(List<Map<String, Double>> values, Map<String, float[]> weights) {}

    private static Result trained(Device device, Dataset data, UnaryOperator<Trainer> settings) {
        try (Model model = Digits.model(device)) {
            Trainer trainer =
                    Digits.trainer(model, new Adam(1e-3)).withBatchSize(16).withEpochs(3);
            History history = settings.apply(trainer).fit(data);
            return new Result(history.epochs().stream().map(Epoch::values).toList(), Toy.weights(model));
        }
    }

    private static Dataset weighted(Dataset data) {
        float[] weights = new float[data.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = 1 + i % 3;
        }
        return data.withWeights(weights);
    }

    private static boolean anyWorkers() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(t -> t.getName().startsWith("schuss-data-"));
    }

    @Test
    void anyNumberOfWorkersGivesTheSameBits() {
        Dataset plain = Digits.of(16 * 9 + 5, 3);
        for (Dataset data : new Dataset[] {plain, weighted(plain)}) {
            try (Device device = TestDevice.open()) {
                Result alone = trained(device, data, t -> t.withAugmentation(SOME));
                for (int workers : new int[] {1, 4, 20}) {
                    Result ahead =
                            trained(device, data, t -> t.withAugmentation(SOME).withWorkers(workers));
                    assertEquals(alone.values, ahead.values, workers + " workers");
                    Toy.assertSame(alone.weights, ahead.weights);
                }
                Result unchanged = trained(device, data, t -> t.withWorkers(2));
                Toy.assertSame(trained(device, data, t -> t).weights, unchanged.weights);
                assertFalse(
                        Arrays.equals(alone.weights.get("1.dense/weight"), unchanged.weights.get("1.dense/weight")));
            }
        }
        assertFalse(anyWorkers());
    }

    /** With a crash behind the fifth of ten batches of the second epoch. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    void resumedInTheMiddleOfAnEpochImagesAreTheSame(int workers, @TempDir Path folder) {
        Dataset data = Digits.of(16 * 10, 3);
        try (Device device = TestDevice.open()) {
            Result whole = trained(device, data, t -> t.withAugmentation(SOME));
            Callback crash = new Callback() {
                @Override
                public void onProgress(Progress progress) {
                    if (progress.epoch() == 2 && progress.examples() >= 16 * 5) {
                        throw new IllegalStateException("crash at " + progress.examples());
                    }
                }
            };
            IllegalStateException e = assertThrows(
                    IllegalStateException.class,
                    () -> trained(
                            device,
                            data,
                            t -> t.withAugmentation(SOME)
                                    .withWorkers(workers)
                                    .withCheckpoints(folder, 1)
                                    .withCallback(crash)));
            assertEquals("crash at 80", e.getMessage());
            Result resumed = trained(
                    device,
                    data,
                    t -> t.withAugmentation(SOME).withWorkers(workers).withResume(folder));
            assertEquals(whole.values, resumed.values);
            Toy.assertSame(whole.weights, resumed.weights);
        }
    }

    @Test
    void labelsStayAsTheyAre() {
        Dataset data = Digits.of(20, 3);
        HostBatch plain = HostBatch.of(data, 20);
        HostBatch changed = HostBatch.of(data, 20);
        int[] order = new Philox(1, 0).permutation(20);
        plain.read(data, order, 0, 20, null);
        changed.read(data, order, 0, 20, SOME.begin(data.input(), 42, 1));
        assertEquals(plain.targets(0, 20), changed.targets(0, 20));
        assertNotEquals(plain.inputs(0, 20), changed.inputs(0, 20));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    void whatCannotBeReadIsNamed(int workers) {
        Dataset all = Digits.of(100, 3);
        Dataset broken = all.map(all.input().shape(), new FailAt(77));
        try (Device device = TestDevice.open();
                Model model = Digits.model(device)) {
            Trainer trainer =
                    Digits.trainer(model, new Adam(1e-3)).withBatchSize(8).withWorkers(workers);
            DataException e = assertThrows(DataException.class, () -> trainer.fit(broken));
            assertTrue(e.getMessage().matches("data: example \\d+: the disk is gone"), e.getMessage());
            assertEquals("the disk is gone", e.getCause().getMessage());
            assertFalse(anyWorkers());
            assertEquals(1, trainer.fit(all).epochs().size()); // and can go on with others
        }
    }

    /** Methods of other languages may throw what they do not declare. */
    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void checkedExceptionsEndTrainingToo(int workers) {
        Dataset all = Digits.of(100, 3);
        Dataset broken = all.map(all.input().shape(), values -> {
            throw LoaderTest.<RuntimeException>undeclared(new IOException("the disk is gone"));
        });
        try (Device device = TestDevice.open();
                Model model = Digits.model(device)) {
            Trainer trainer =
                    Digits.trainer(model, new Adam(1e-3)).withBatchSize(8).withWorkers(workers);
            IllegalStateException e = assertThrows(IllegalStateException.class, () -> trainer.fit(broken));
            assertEquals("the disk is gone", e.getCause().getMessage());
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T undeclared(Throwable any) throws T {
        throw (T) any;
    }

    /** Fails when it is called for the n-th time. */
    private static final class FailAt implements UnaryOperator<float[]> {
        private final java.util.concurrent.atomic.AtomicInteger left;

        FailAt(int call) {
            left = new java.util.concurrent.atomic.AtomicInteger(call);
        }

        @Override
        public float[] apply(float[] values) {
            if (left.decrementAndGet() == 0) {
                throw new IllegalStateException("the disk is gone");
            }
            return values;
        }
    }

    @Test
    void waitingIsTheShareOfReading() {
        Dataset all = Digits.of(64, 3);
        Dataset slow = all.map(all.input().shape(), values -> {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return values;
        });
        try (Device device = TestDevice.open();
                Model model = Digits.model(device)) {
            List<String> notices = new ArrayList<>();
            Trainer trainer =
                    Digits.trainer(model, new Adam(1e-3)).withBatchSize(8).withNotices(notices::add);
            Epoch alone = trainer.fit(slow).last();
            assertTrue(alone.waiting() > 0.6 && alone.waiting() < 1, "waiting: " + alone.waiting());
            assertEquals(1, notices.size(), notices.toString());
            assertTrue(
                    notices.get(0).matches("training waited for data for \\d+ % of epoch 1: more workers may help"),
                    notices.toString());
            Epoch ahead = trainer.withWorkers(4).fit(slow).last();
            assertTrue(ahead.seconds() < 0.6 * alone.seconds(), ahead.seconds() + " s, " + alone.seconds() + " s");
        }
    }

    @Test
    void refusesWhatItCannotDo() {
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            Trainer trainer = Toy.trainer(model, new Adam(1e-3));
            assertThrows(IllegalArgumentException.class, () -> trainer.withWorkers(-1));
            Map<String, float[]> before = Toy.weights(model);
            IllegalArgumentException e = assertThrows(
                    IllegalArgumentException.class,
                    () -> trainer.withAugmentation(SOME).fit(Toy.data(8)));
            assertTrue(e.getMessage().startsWith("augmentation: expected images"), e.getMessage());
            Toy.assertSame(before, Toy.weights(model));
        }
    }
}
