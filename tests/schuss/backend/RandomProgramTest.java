package schuss.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Shape;
import schuss.TestDevice;
import schuss.conformance.RandomNetwork;
import schuss.internal.Inside;
import schuss.ir.Layout;
import schuss.ir.Program;
import schuss.ir.ProgramBuilder;
import schuss.ops.Value;
import schuss.passes.Drop;
import schuss.passes.Passes;
import schuss.passes.Tangent;
import schuss.trace.Slots;
import schuss.trace.Trace;

/** Two hundred networks that nobody would design, run in every way that must not matter. */
@Tag("device")
class RandomProgramTest {
    private static final int NETWORKS = 200;
    private static final int STEPS = 3;

    private static Device reference;
    private static Device cpu;

    @BeforeAll
    static void open() {
        reference = Device.reference();
        cpu = TestDevice.open();
    }

    @AfterAll
    static void close() {
        assertEquals(0, reference.allocatedBytes());
        assertEquals(0, cpu.allocatedBytes());
        reference.close();
        cpu.close();
    }

    private static void forEachNetwork(Consumer<RandomNetwork> check) {
        LongStream.range(0, NETWORKS).forEach(seed -> {
            RandomNetwork network = new RandomNetwork(seed);
            try {
                check.accept(network);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        network + ": " + e.getMessage() + "\n"
                                + network.training().program(),
                        e);
            }
        });
    }

    private static Map<String, double[]> run(Device device, RandomNetwork network, boolean fused, boolean alias) {
        Computation request = network.training();
        Program program = fused
                ? request.compiled(Inside.of(device, Backend.class).abilities(device.threads()))
                : request.program();
        try (ProgramRun run = new ProgramRun(device, network, request, program, alias)) {
            run.run(STEPS);
            return run.results();
        }
    }

    @Test
    void wherePlacesAreSharedDoesNotMatter() {
        forEachNetwork(network -> {
            for (Device device : new Device[] {reference, cpu}) {
                for (boolean fused : new boolean[] {true, false}) {
                    Map<String, double[]> apart = run(device, network, fused, false);
                    Map<String, double[]> shared = run(device, network, fused, true);
                    assertEquals(apart.keySet(), shared.keySet());
                    apart.forEach((name, values) -> {
                        assertArrayEquals(values, shared.get(name), device + ", " + name);
                        for (double value : values) {
                            assertTrue(Double.isFinite(value), device + ", " + name + ": " + value);
                        }
                    });
                }
            }
        });
    }

    /**
     * Rounding differs where steps are joined, and between single and double: by some hundred roundings of the largest
     * number of each tensor after a few layers and steps, which is far from what a wrong term does.
     */
    @Test
    void fusionAndPrecisionChangeRoundingOnly() {
        forEachNetwork(network -> {
            Map<String, double[]> expected = run(reference, network, false, true);
            check(expected, run(reference, network, true, true), 1e-12, "reference, fused");
            check(expected, run(cpu, network, false, true), 2e-4, "cpu");
            check(expected, run(cpu, network, true, true), 2e-4, "cpu, fused");
        });
    }

    private static void check(
            Map<String, double[]> expected, Map<String, double[]> actual, double tolerance, String how) {
        assertEquals(expected.keySet(), actual.keySet());
        double gradients = expected.entrySet().stream()
                .filter(e -> e.getKey().startsWith("gradient"))
                .mapToDouble(e -> largest(e.getValue()))
                .max()
                .orElse(0);
        expected.forEach((name, values) -> {
            // a gradient that is nearly zero is the difference of ones that are not
            double scale = Math.max(largest(values), name.startsWith("parameter") ? 0.1 : gradients);
            for (int i = 0; i < values.length; i++) {
                assertEquals(values[i], actual.get(name)[i], tolerance * scale, how + ", " + name + " " + i);
            }
        });
    }

    /**
     * The gradients' tangents as the parameters grow in proportion, which are steps like any other. Without training steps in
     * between they are off by some hundred roundings of single precision, 6e-8 each, of the largest number.
     */
    @Test
    void secondDerivativesRunFusedAndInSinglePrecision() {
        forEachNetwork(network -> {
            Program program = curved(network);
            Map<String, double[]> expected = outputs(reference, network, program);
            Map<String, double[]> fused = outputs(reference, network, fused(program, reference));
            Map<String, double[]> single = outputs(cpu, network, program);
            Map<String, double[]> both = outputs(cpu, network, fused(program, cpu));
            double scale = expected.values().stream()
                    .mapToDouble(RandomProgramTest::largest)
                    .max()
                    .orElse(0);
            expected.forEach((name, values) -> {
                assertArrayEquals(values, fused.get(name), 1e-12 * scale, "reference, fused, " + name);
                assertArrayEquals(values, single.get(name), 1e-5 * scale, "cpu, " + name);
                assertArrayEquals(values, both.get(name), 1e-5 * scale, "cpu, fused, " + name);
            });
        });
    }

    private static Program curved(RandomNetwork network) {
        Program program = network.gradients().program();
        ProgramBuilder builder = ProgramBuilder.of(program);
        Map<Value, Value> growing = new HashMap<>();
        Map<String, Value> gradients = new TreeMap<>();
        program.places().forEach((value, place) -> {
            if (place.slot().equals(Slots.PARAMETERS)) {
                growing.put(value, builder.own(value));
            } else if (place.slot().equals(Slots.GRADIENTS)) {
                gradients.put(place.entry(), value);
            }
        });
        Map<Value, Value> tangents = Tangent.of(builder, growing);
        gradients.forEach((path, gradient) -> {
            if (tangents.containsKey(gradient)) {
                builder.output("curve " + path, tangents.get(gradient));
            }
        });
        return Drop.of(builder.build());
    }

    private static Program fused(Program program, Device device) {
        return Passes.optimize(program, Inside.of(device, Backend.class).abilities(device.threads()));
    }

    private static Map<String, double[]> outputs(Device device, RandomNetwork network, Program program) {
        try (ProgramRun run = new ProgramRun(device, network, network.gradients(), program, true)) {
            run.run(1);
            Map<String, double[]> results = run.results();
            results.keySet().removeIf(name -> !name.startsWith("curve"));
            return results;
        }
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    @Test
    void gradientsOfWholeNetworksMatchFiniteDifferences() {
        forEachNetwork(network -> {
            Computation request = network.gradients();
            Program program = request.program();
            try (ProgramRun run = new ProgramRun(reference, network, request, program, true)) {
                run.run(1);
                Random random = new Random(network.seed());
                Map<String, Layout.Entry> entries = run.layout().entries();
                entries.forEach((path, entry) -> {
                    int size = (int) entry.shape().size();
                    for (int sample = 0; sample < 3; sample++) {
                        long at = entry.offset() + random.nextInt(size);
                        double analytic = ProgramRun.get(run.slot(Slots.GRADIENTS), at);
                        compare(run, run.slot(Slots.PARAMETERS), at, analytic, path);
                        run.run(1);
                    }
                });
                Shape input = request.input().shape();
                int at = random.nextInt((int) input.size());
                compare(run, run.input(), at, run.results().get(Computation.INPUT_GRADIENT)[at], "input");
            }
        });
    }

    private static void compare(ProgramRun run, Memory memory, long at, double analytic, String what) {
        double h = 1e-5;
        double x = ProgramRun.get(memory, at);
        double here = loss(run);
        ProgramRun.set(memory, at, x + h);
        double above = loss(run);
        ProgramRun.set(memory, at, x - h);
        double below = loss(run);
        ProgramRun.set(memory, at, x);
        double numeric = (above - below) / (2 * h);
        double bend = Math.abs(above - 2 * here + below) / h; // 1e-5 of the curvature, or a kink in between
        assertEquals(numeric, analytic, 1e-6 * Math.max(1, Math.abs(numeric)) + bend, what + " " + at);
    }

    private static double loss(ProgramRun run) {
        run.run(1);
        return run.output(Trace.LOSS)[0];
    }
}
