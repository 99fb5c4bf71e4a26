package schuss.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.layers.Conv2d;
import schuss.layers.Dense;
import schuss.layers.Flatten;
import schuss.layers.MaxPool2d;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.train.Trainer;

/** Threads of our own, in the place of OpenMP's. */
class TeamTest {
    private static final int SIDE = 16;
    private static final int EXAMPLES = 640;
    private static final int CALLERS = 6;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    @TempDir
    private Path folder;

    @BeforeEach
    void own() {
        Native.load();
        assertEquals(0, Native.schuss_own_teams(1), Native::schuss_last_error);
    }

    @AfterEach
    void asBefore() {
        own();
    }

    /** Also while other programs take the cores and the caller does members that are another thread's. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void resultsAreThoseOfOpenMp(int threads) throws IOException, InterruptedException {
        Native.schuss_own_teams(0);
        Path expected = train("openmp", threads, 2);
        own();
        assertEquals(-1, Files.mismatch(expected, train("idle", threads, 2)));
        try (Load load = new Load(2 * Runtime.getRuntime().availableProcessors())) {
            assertEquals(-1, Files.mismatch(expected, train("loaded", threads, 2)));
        }
    }

    @Test
    void threadsEndWithTheirDevice() throws IOException, InterruptedException {
        int before = workers();
        train("one", 1, 1);
        assertEquals(before, workers());
        try (Device device = Device.cpu(4)) {
            device.call(() -> Native.schuss_peak_gflops(4, 0.01));
            assertEquals(before + 3, workers());
        }
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (workers() > before && System.nanoTime() < end) {
            Thread.sleep(10);
        }
        assertEquals(before, workers());
    }

    @Test
    void manyMayCallAtOnce() throws Exception {
        Random random = new Random(1);
        float[] x = new float[100_003];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextFloat();
        }
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try (Memory in = Memory.of(x)) {
            float[] expected = sum(in, 1);
            List<Future<?>> all = new ArrayList<>();
            for (int c = 0; c < CALLERS; c++) {
                int threads = 2 + c % 3;
                all.add(callers.submit(() -> {
                    for (int round = 0; round < 200; round++) {
                        assertArrayEquals(expected, sum(in, threads));
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            callers.shutdown();
        }
    }

    /** What Java cannot reach: regions within regions, members that wait for each other. */
    @Test
    void membersThatNestAndMeet() throws IOException, InterruptedException {
        Path program = folder.resolve("stress");
        String compiler = Optional.ofNullable(System.getenv("CXX")).orElse("g++");
        run(
                compiler,
                "-std=c++17",
                "-O2",
                "-Inative",
                "tests/team/stress.cpp",
                "native/cpu/once/team.cpp",
                "-o",
                program.toString(),
                "-pthread");
        run(program.toString(), "3", "3000", "4");
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
    }

    private static float[] sum(Memory x, int threads) {
        try (Memory y = Memory.floats(7)) {
            Native.check(Native.schuss_sum(x.address, y.address, 1, 14_286, 7, 1, threads));
            return y.floats();
        }
    }

    /** The file of a small net of convolutions and large matrix products after some epochs. */
    private Path train(String name, int threads, int epochs) throws IOException {
        Random random = new Random(7);
        float[] pixels = new float[EXAMPLES * SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat();
        }
        int[] labels = random.ints(EXAMPLES, 0, 10).toArray();
        Path file = folder.resolve(name + threads + ".safetensors");
        try (Device device = Device.cpu(threads);
                Model model = Model.create(
                        Sequential.of(
                                new Conv2d(32, 3),
                                new Relu(),
                                new MaxPool2d(2),
                                new Conv2d(32, 3),
                                new Relu(),
                                new Flatten(),
                                new Dense(300),
                                new Relu(),
                                new Dense(10)),
                        Shape.of(SIDE, SIDE, 1),
                        device,
                        1)) {
            int before = workers();
            Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(1e-3))
                    .withBatchSize(64)
                    .withEpochs(epochs)
                    .fit(Dataset.of(pixels, Shape.of(SIDE, SIDE, 1), labels, 10));
            assertTrue(threads == 1 || name.equals("openmp") || workers() > before, "a team was at work");
            model.save(file);
        }
        return file;
    }

    /** How many threads of teams this process has. */
    private static int workers() throws IOException {
        int count = 0;
        for (File task : new File("/proc/self/task").listFiles()) {
            try {
                count += Files.readString(task.toPath().resolve("comm")).startsWith("schuss-team") ? 1 : 0;
            } catch (IOException e) {
                continue; // it has ended
            }
        }
        return count;
    }

    /** Threads that take all the time they can get. */
    private static final class Load implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();

        Load(int count) {
            for (int i = 0; i < count; i++) {
                Thread thread = new Thread(() -> {
                    while (!over.get()) {
                        Thread.onSpinWait();
                    }
                });
                thread.start();
                threads.add(thread);
            }
        }

        @Override
        public void close() throws InterruptedException {
            over.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }
}
