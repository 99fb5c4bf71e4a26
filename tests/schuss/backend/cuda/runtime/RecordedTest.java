package schuss.backend.cuda.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.ChildJvm;
import schuss.CudaOptions;
import schuss.DType;
import schuss.Device;
import schuss.DeviceTensor;
import schuss.LogRecords;
import schuss.Model;
import schuss.Shape;
import schuss.backend.Kernel;
import schuss.data.Dataset;
import schuss.layers.BatchNorm;
import schuss.layers.Conv2d;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.MaxPool2d;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.layers.Tanh;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.ops.Op;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.optim.Adam;
import schuss.optim.Momentum;
import schuss.optim.Optimizer;
import schuss.train.Trainer;

/** Programs as graphs: what is recorded, what is not, and that the numbers stay the same to the bit. */
@Tag("cuda")
class RecordedTest {
    private static final CudaOptions EAGER = CudaOptions.DEFAULT.withDebug(true);
    private static final Shape INPUT = Shape.of(6, 6, 1);
    private static final int CLASSES = 3;

    private static final Layer DENSE = Sequential.of(
            new Flatten(), new Dense(20), new Relu(), new Dropout(0.3), new Dense(12), new Tanh(), new Dense(CLASSES));
    private static final Layer CONVOLUTIONS = Sequential.of(
            new Conv2d(4, 3),
            new BatchNorm(),
            new Relu(),
            new MaxPool2d(2),
            new Conv2d(4, 3),
            new Relu(),
            new Flatten(),
            new Dense(CLASSES));

    private LogRecords log;

    @BeforeEach
    void listen() {
        CudaLibraries.load();
        log = new LogRecords(Recorded.class.getName(), Level.FINE);
    }

    @AfterEach
    void leave() {
        log.close();
    }

    private List<String> told() {
        return log.messages();
    }

    private void assertRecorded(int graphs) {
        assertEquals(
                graphs,
                told().stream()
                        .filter(t -> t.contains("as one graph from now on"))
                        .count(),
                told().toString());
        assertTrue(log.all().stream().allMatch(r -> r.getLevel().equals(Level.FINE)), told().toString());
    }

    private static Dataset data(int count) {
        float[] x = new float[count * 36];
        int[] labels = new int[count];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(1.7 * i);
        }
        for (int i = 0; i < count; i++) {
            labels[i] = i % CLASSES;
        }
        return Dataset.of(x, INPUT, labels, CLASSES);
    }

    /** All that training leaves, and predictions before it, on the way and after it. */
    private static List<float[]> results(CudaOptions options, Layer net, Optimizer rule, UnaryOperator<Trainer> how) {
        Dataset train = data(16 * 6 + 5); // the last batch is a program of its own
        float[] asked = new float[36 * 5];
        for (int i = 0; i < asked.length; i++) {
            asked[i] = (float) Math.cos(i);
        }
        List<float[]> results = new ArrayList<>();
        try (Device device = Device.cuda(options);
                Model model = Model.create(net, INPUT, device, 5)) {
            Trainer trainer = how.apply(Trainer.of(model, new SoftmaxCrossEntropy(), rule)
                    .withBatchSize(16)
                    .withMetric(new Accuracy())
                    .withValidation(data(20))
                    .withEpochs(4));
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 5; i++) {
                    results.add(model.predict(asked));
                }
                trainer.fit(train);
                String path = model.declarations()
                        .layout()
                        .entries()
                        .keySet()
                        .iterator()
                        .next();
                for (int i = 0; i < 5; i++) { // what is derived of the weights is made anew each time
                    float[] changed = model.parameter(path);
                    changed[0] += 0.5f;
                    model.setParameter(path, changed);
                    results.add(model.predict(asked));
                }
            }
            model.declarations().layout().entries().keySet().forEach(path -> results.add(model.parameter(path)));
        }
        return results;
    }

    static List<Arguments> trainings() {
        UnaryOperator<Trainer> plain = t -> t;
        UnaryOperator<Trainer> accumulating = t -> t.withAccumulation(2);
        UnaryOperator<Trainer> clipping = t -> t.withClipNorm(0.5).withAverageWeights();
        UnaryOperator<Trainer> frozen = t -> t.withFrozen("0.conv2d");
        return List.of(
                Arguments.of("dense", DENSE, new Adam(1e-2), plain),
                Arguments.of("accumulating", DENSE, new Adam(1e-2), accumulating),
                Arguments.of("clipping", DENSE, new Momentum(0.05, 0.9), clipping),
                Arguments.of("convolutions", CONVOLUTIONS, new Momentum(0.05, 0.9), plain),
                Arguments.of("frozen", CONVOLUTIONS, new Adam(1e-2), frozen));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("trainings")
    void theBitsAreThoseOfKernelsOneByOne(String name, Layer net, Optimizer rule, UnaryOperator<Trainer> how) {
        List<float[]> expected = results(EAGER, net, rule, how);
        assertRecorded(0);
        List<float[]> actual = results(CudaOptions.DEFAULT, net, rule, how);
        assertTrue(told().size() >= 3, "training, validation, prediction: " + told());
        assertRecorded(told().size());
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), name + ", result " + i);
        }
    }

    @Test
    void theThirdRunIsRecordedAndLaterOnesAllocateNothing() {
        Gpu gpu = Gpu.open(CudaOptions.DEFAULT);
        CudaMemory memory = new CudaMemory(gpu, 12);
        List<Kernel> kernels = List.of(relu(gpu, memory), relu(gpu, memory));
        Kernel whole = Recorded.of(gpu, kernels, () -> kernels.forEach(Kernel::run));
        for (int run = 1; run <= 4; run++) {
            memory.write(0, new float[] {-1, 2, -3}, 0, 3);
            whole.run();
            float[] found = new float[3];
            memory.read(0, found, 0, 3);
            assertArrayEquals(new float[] {0, 2, 0}, found, "run " + run);
            assertRecorded(run < 3 ? 0 : 1);
        }
        assertAllocatesNothing(whole);
        whole.close();
        memory.close();
        gpu.close();
    }

    private static void assertAllocatesNothing(Kernel kernel) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        for (int i = 0; i < 1000; i++) {
            kernel.run();
        }
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < 1000; i++) {
            kernel.run();
        }
        double perRun = (threads.getThreadAllocatedBytes(thread) - before) / 1000.0;
        assertTrue(perRun < 1, "bytes a run: " + perRun);
    }

    private static Kernel relu(Gpu gpu, CudaMemory memory) {
        return gpu.launch("epilogue", "product_epilogue")
                .over(3)
                .pointer(memory.address())
                .pointer(0)
                .int64(3)
                .int64(3)
                .int32(1)
                .build();
    }

    /** What promises to be recordable and is not: by a warning, and right all the same. */
    @Test
    void whatIsRefusedGoesOnOneByOne() {
        Gpu gpu = Gpu.open(CudaOptions.DEFAULT);
        int[] runs = new int[1];
        StreamKernel waits = () -> {
            gpu.synchronize();
            runs[0]++;
        };
        Kernel whole = Recorded.of(gpu, List.of(waits), waits);
        for (int i = 0; i < 10; i++) {
            whole.run();
        }
        assertEquals(10, runs[0]);
        assertEquals(1, log.all().size());
        assertEquals(Level.WARNING, log.all().get(0).getLevel());
        assertTrue(told().get(0).contains("1 kernels could not be recorded"), told().toString());
        assertTrue(told().get(0).contains("CUDA_ERROR_STREAM_CAPTURE"), told().toString());
        whole.close();
        gpu.close();
    }

    /** Loses the GPU between the second run and the third, which is to be recorded. */
    public static void main(String[] arguments) {
        CudaLibraries.load();
        Gpu gpu = Gpu.open(CudaOptions.DEFAULT);
        CudaMemory memory = new CudaMemory(gpu, 12);
        Kernel relu = relu(gpu, memory);
        Kernel whole = Recorded.of(gpu, List.of(relu), relu);
        whole.run();
        whole.run();
        Kernel fatal = gpu.launch("memory_kernels", "fill")
                .over(1)
                .pointer(memory.address())
                .float32(1)
                .int64(1)
                .build();
        assertThrows(CudaException.class, fatal::run);
        System.out.println(assertThrows(CudaException.class, whole::run).getMessage());
    }

    /** It is no fault of the recording, and nothing goes on. */
    @Test
    void aLostGpuIsTold() throws IOException, InterruptedException {
        try (Device device = Device.cuda(CudaOptions.DEFAULT)) {
            Assumptions.assumeTrue(device.describe().contains("Emulated"), "a GPU has no faults to order");
        }
        ProcessBuilder child = ChildJvm.of(List.of(), RecordedTest.class);
        child.environment().put("SCHUSS_EMULATION_FAULTS", "illegal-address:fill");
        Process process = child.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
        assertTrue(printed.contains("CUDA_ERROR_ILLEGAL_ADDRESS"), printed);
        assertTrue(printed.contains("--debug-device"), printed);
        assertFalse(printed.contains("could not be recorded"), printed);
    }

    /** An exception of another kind ends the recording too, and comes through. */
    @Test
    void aFailureOfAnotherKindLeavesTheStreamUsable() {
        Gpu gpu = Gpu.open(CudaOptions.DEFAULT);
        StreamKernel fails = () -> {
            throw new IllegalArgumentException("of a user's own");
        };
        assertThrows(IllegalArgumentException.class, () -> new Graph(gpu, fails));
        gpu.synchronize();
        gpu.close();
    }

    /** Copies its input. */
    record Same() implements Op {
        @Override
        public List<Type> infer(List<Type> inputs) {
            return inputs;
        }
    }

    private static final Layer WITH_SAME =
            (scope, x) -> Value.of(new Same(), x.relu()).mul(2);

    @Test
    void aUsersKernelsAreNotRecorded() {
        try (Device device = Device.cuda(CudaOptions.DEFAULT)) {
            device.register(Same.class, (op, x, y) -> System.arraycopy(x[0], 0, y[0], 0, y[0].length));
            assertDoubles(device);
            int[] runs = new int[1];
            device.registerNative(Same.class, (op, step, threads) -> at -> () -> runs[0]++);
            try (Model model = Model.create(WITH_SAME, Shape.of(2), device, 1)) {
                for (int i = 0; i < 6; i++) {
                    model.predict(new float[2]);
                }
            }
            assertEquals(6, runs[0]);
        }
        assertEquals(List.of(), told());
    }

    private static void assertDoubles(Device device) {
        try (Model model = Model.create(WITH_SAME, Shape.of(2), device, 1)) {
            for (int i = 0; i < 6; i++) {
                assertArrayEquals(new float[] {2f * i, 0}, model.predict(new float[] {i, -i}));
            }
        }
    }

    /** In the debug mode nothing is recorded, so that a fault is of a step however late it comes. */
    @Test
    void debugNamesTheStepAfterManyRuns() {
        try (Device device = Device.cuda(EAGER);
                Model model = Model.create(DENSE, INPUT, device, 1)) {
            for (int i = 0; i < 10; i++) {
                model.predict(new float[36]);
            }
            model.setParameter("6.dense/bias", 1, Float.NaN, 1);
            String message = assertThrows(CudaException.class, () -> model.predict(new float[36]))
                    .getMessage();
            assertTrue(message.contains("\"6.dense\"") && message.contains("NaN at element 1"), message);
        }
        assertEquals(List.of(), told());
    }

    /** Nor does what they do fall into a graph, or fail because one is recorded. */
    @Test
    void otherThreadsUseTheGpuMeanwhile() throws InterruptedException {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        AtomicBoolean done = new AtomicBoolean();
        try (Device device = Device.cuda(CudaOptions.DEFAULT)) {
            Thread other = new Thread(() -> {
                float[] values = {1, 2, 3};
                while (!done.get()) {
                    try (DeviceTensor tensor = DeviceTensor.of(device, Shape.of(3), values);
                            DeviceTensor zeros = DeviceTensor.zeros(device, DType.F32, Shape.of(3))) {
                        assertArrayEquals(values, tensor.toArray());
                        assertArrayEquals(new float[3], zeros.toArray());
                    }
                }
            });
            other.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
            other.start();
            float[] first = null;
            for (int i = 0; i < 12; i++) {
                try (Model model = Model.create(DENSE, INPUT, device, 5)) {
                    Trainer.of(model, new SoftmaxCrossEntropy(), new Adam())
                            .withBatchSize(8)
                            .fit(data(40));
                    float[] weights = model.parameter("1.dense/weight");
                    first = first == null ? weights : first;
                    assertArrayEquals(first, weights, "training " + i);
                }
            }
            done.set(true);
            other.join();
            assertEquals(List.of(), failures);
            assertRecorded(12);
            assertEquals(0, device.allocatedBytes());
        }
    }
}
