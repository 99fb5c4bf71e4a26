package schuss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.backend.cuda.runtime.GpuMemory;
import schuss.data.Dataset;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.train.Trainer;

/** Models come and go, and so does their memory. */
@Tag("device")
class CycleTest {
    private static final int CYCLES = TestSize.pick(40, 1000, 10_000);
    private static final int WARM = TestSize.pick(20, TestDevice.isCuda() ? 300 : 100, 1000); // GPUs' libraries warm up
    private static final int DEVICE_EVERY = TestSize.pick(20, 10, 100); // cycles: a device with its thread

    /** In a process of its own, whose heap is all there from the start: what grows beside it is ours. */
    @Test
    void manyModelsTakeTheMemoryOfSome() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/status")));
        Process process = ChildJvm.of(
                        List.of(
                                "-Xms64m",
                                "-Xmx64m",
                                "-XX:+AlwaysPreTouch",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1"), // or the compiler's own memory is what grows
                        Cycles.class)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
        check(printed, "resident kB", 1.05);
        check(printed, "used kB of the GPU", 1);
    }

    /** What was printed twice under a name, if at all, must not have grown by more than a factor. */
    private static void check(String printed, String name, double factor) {
        List<Long> kilobytes = printed.lines()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> Long.valueOf(line.substring(name.length() + 2)))
                .toList();
        assertEquals(name.endsWith("GPU") && !TestDevice.isCuda() ? 0 : 2, kilobytes.size(), printed);
        if (!kilobytes.isEmpty()) {
            assertTrue(
                    kilobytes.get(1) <= kilobytes.get(0) * factor,
                    name + " after " + WARM + " and " + CYCLES + ": " + kilobytes);
        }
    }

    /** Prints the resident set after the first cycles and after all. */
    static final class Cycles {
        private Cycles() {}

        public static void main(String[] arguments) throws IOException {
            Dataset data = Dataset.of(new float[640], Shape.of(10), new int[64], 3);
            try (Device device = TestDevice.open()) {
                for (int i = 1; i <= CYCLES; i++) {
                    cycle(device, data);
                    if (i % DEVICE_EVERY == 0) {
                        try (Device another = TestDevice.open()) {
                            cycle(another, data);
                        }
                    }
                    if (device.allocatedBytes() != 0) {
                        throw new AssertionError("held after a cycle: " + device.allocatedBytes());
                    }
                    if (i == WARM || i == CYCLES) {
                        System.gc();
                        System.out.println("resident kB: " + resident());
                        GpuMemory.used(device)
                                .ifPresent(bytes -> System.out.println("used kB of the GPU: " + bytes / 1024));
                    }
                }
            }
        }

        private static void cycle(Device device, Dataset data) {
            try (Model model = Model.create(
                    Sequential.of(new Dense(64), new Relu(), new Dropout(0.5), new Dense(3)),
                    Shape.of(10),
                    device,
                    1)) {
                Trainer.of(model, new SoftmaxCrossEntropy(), new Adam())
                        .withBatchSize(24)
                        .fit(data);
                model.predict(new float[10 * 5]);
            }
        }

        private static long resident() throws IOException {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(l -> l.startsWith("VmRSS"))
                    .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
