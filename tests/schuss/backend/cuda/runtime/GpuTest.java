package schuss.backend.cuda.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.CudaOptions;
import schuss.Device;
import schuss.DeviceTensor;
import schuss.Model;
import schuss.Shape;
import schuss.backend.Kernel;
import schuss.backend.Memory;
import schuss.backend.OutOfMemoryException;
import schuss.layers.Dense;
import schuss.layers.Relu;
import schuss.layers.Sequential;

/** Memory, copies and launches of a GPU. */
@Tag("cuda")
class GpuTest {
    private Gpu gpu;

    @BeforeEach
    void open() {
        assertEquals(Optional.empty(), Device.cudaUnavailabilityCause());
        gpu = Gpu.open(CudaOptions.DEFAULT);
        gpu.enter();
    }

    @AfterEach
    void close() {
        gpu.close();
    }

    private static void assertMatches(String expected, Exception actual) {
        assertTrue(Pattern.compile(expected).matcher(actual.getMessage()).find(), actual.getMessage());
    }

    @Test
    void newMemoryIsZero() {
        try (CudaMemory memory = new CudaMemory(gpu, 4000)) {
            float[] values = {1, 2, 3};
            memory.read(997, values, 0, 3);
            assertArrayEquals(new float[3], values);
        }
    }

    /** Neither does what they ask for fail, nor does it become part of the graph and never happen. */
    @Test
    void othersWaitWhileAGraphIsRecorded() throws InterruptedException {
        float[] values = {1, 2, 3};
        CudaMemory memory = new CudaMemory(gpu, 12);
        CudaMemory garbage = new CudaMemory(gpu, 12);
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        Runnable others = () -> {
            gpu.enter();
            garbage.close();
            memory.write(0, values, 0, 3);
            new CudaMemory(gpu, 12).close();
        };
        Thread other = new Thread(others);
        other.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
        Kernel relu = gpu.launch("epilogue", "product_epilogue")
                .over(3)
                .pointer(memory.address())
                .pointer(0)
                .int64(3)
                .int64(3)
                .int32(1)
                .build();
        relu.run();
        gpu.synchronize();
        Kernel slow = () -> {
            other.start();
            while (other.getState() != Thread.State.WAITING && other.getState() != Thread.State.TERMINATED) {
                Thread.onSpinWait();
            }
            relu.run();
        };
        Graph graph = new Graph(gpu, slow);
        other.join();
        assertEquals(List.of(), failures);
        float[] found = new float[3];
        memory.read(0, found, 0, 3);
        assertArrayEquals(values, found, "written while a graph was recorded");
        memory.write(0, new float[] {-1, 2, -3}, 0, 3);
        graph.run();
        memory.read(0, found, 0, 3);
        assertArrayEquals(new float[] {0, 2, 0}, found, "what was recorded is done when it is launched");
        graph.close();
        memory.close();
        assertEquals(0, gpu.allocatedBytes());
    }

    @Test
    void whatWaitsForTheGpuCannotBeRecorded() {
        assertThrows(CudaException.class, () -> new Graph(gpu, gpu::synchronize));
        gpu.synchronize(); // and the GPU goes on
    }

    @Test
    void copiesOfEverySizeComeBack() {
        Random random = new Random(1);
        for (int count : new int[] {1, 63, 64, 65, 524288, 524289, 3_000_001}) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = random.nextFloat();
            }
            try (CudaMemory memory = new CudaMemory(gpu, (count + 7L) * Float.BYTES);
                    CudaMemory other = new CudaMemory(gpu, memory.bytes())) {
                memory.write(7, values, 0, count);
                other.copyFrom(memory);
                float[] back = new float[count];
                other.read(7, back, 0, count);
                assertArrayEquals(values, back);
            }
        }
    }

    @Test
    void manySmallCopiesKeepTheirOrder() {
        try (CudaMemory memory = new CudaMemory(gpu, 4)) {
            float[] value = new float[1];
            for (int i = 0; i < 100_000; i++) { // the ring goes round several times
                value[0] = i;
                memory.write(0, value, 0, 1);
            }
            memory.read(0, value, 0, 1);
            assertEquals(99_999, value[0]);
        }
    }

    @Test
    void rangesBeyondMemoryAreRefused() {
        try (CudaMemory memory = new CudaMemory(gpu, 8)) {
            Exception e = assertThrows(IndexOutOfBoundsException.class, () -> memory.write(1, new float[2], 0, 2));
            assertMatches("within 8 bytes, got 4 to 12", e);
        }
    }

    @Test
    void argumentsOfAnotherKernelAreRefused() {
        Launch.Builder tooFew =
                gpu.launch("softmax", "softmax_forward").pointer(0).pointer(0).int64(1);
        assertMatches(
                "softmax_forward, argument 3: expected 8 bytes, got none",
                assertThrows(IllegalStateException.class, tooFew::build));
        Launch.Builder narrow = gpu.launch("softmax", "softmax_forward")
                .pointer(0)
                .pointer(0)
                .int32(1)
                .int64(1);
        assertMatches(
                "argument 2: expected 8 bytes, got 4 bytes", assertThrows(IllegalStateException.class, narrow::build));
        assertMatches(
                "kernel no_such of softmax.cu",
                assertThrows(CudaException.class, () -> gpu.launch("softmax", "no_such")));
    }

    @Test
    void aBudgetRefusesAndTheDeviceGoesOn() {
        try (Device device = Device.cuda(CudaOptions.DEFAULT.withMemoryBudget(1 << 20))) {
            try (DeviceTensor small = DeviceTensor.zeros(device, schuss.DType.F32, Shape.of(1000))) {
                OutOfMemoryException e = assertThrows(
                        OutOfMemoryException.class,
                        () -> DeviceTensor.zeros(device, schuss.DType.F32, Shape.of(1 << 20))
                                .close());
                assertMatches("expected room for 4\\.2 MB, got 1\\.0 MB free beside 4000 bytes held", e);
                assertEquals(1000, small.toArray().length);
            }
            assertEquals(0, device.allocatedBytes());
        }
    }

    @Test
    void aGpuThatHasNoMoreRefusesAndGoesOn() {
        long free = gpu.freeBytes();
        assertThrows(OutOfMemoryException.class, () -> gpu.allocate(free + (1L << 30)));
        Memory memory = new CudaMemory(gpu, 1000);
        memory.close();
        assertEquals(0, gpu.allocatedBytes());
    }

    @Test
    void aGpuThatIsNotThereIsRefused() {
        Exception e =
                assertThrows(IllegalArgumentException.class, () -> Device.cuda(CudaOptions.DEFAULT.withOrdinal(99)));
        assertMatches("expected one of the \\d+ GPUs of this machine, counted from 0, got 99", e);
    }

    @Test
    void aClosedDeviceIsRefused() {
        Device device = Device.cuda(CudaOptions.DEFAULT);
        DeviceTensor tensor = DeviceTensor.zeros(device, schuss.DType.F32, Shape.of(3));
        device.close();
        assertMatches("got Device cuda closed", assertThrows(IllegalStateException.class, tensor::toArray));
        assertMatches(
                "expected it open, got it closed",
                assertThrows(
                        IllegalStateException.class,
                        () -> DeviceTensor.zeros(device, schuss.DType.F32, Shape.of(3))
                                .close()));
    }

    @Test
    void debugNamesTheStepThatMakesNan() {
        try (Device device = Device.cuda(CudaOptions.DEFAULT.withDebug(true));
                Model model =
                        Model.create(Sequential.of(new Dense(4), new Relu(), new Dense(2)), Shape.of(3), device, 1)) {
            assertEquals(2, model.predict(new float[3]).length);
            model.setParameter("2.dense/bias", 1, Float.NaN);
            assertMatches(
                    "\"2\\.dense\": expected numbers in its output 0 of f32\\(1, 2\\), got NaN at element 1",
                    assertThrows(CudaException.class, () -> model.predict(new float[3])));
            model.setParameter("2.dense/bias", 1, 2);
            assertEquals(2, model.predict(new float[3]).length);
        }
    }
}
