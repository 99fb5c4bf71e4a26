package schuss.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import schuss.CpuOptions;
import schuss.DType;
import schuss.Device;
import schuss.Spec;
import schuss.TestDevice;
import schuss.backend.Computation;
import schuss.backend.Run;
import schuss.layers.Embedding;
import schuss.layers.Layer;
import schuss.losses.Loss;
import schuss.trace.Trace;

/**
 * Layers and losses with all their options, forward and backward, and steps of optimisers, against what PyTorch computes in double;
 * {@code pytorch/generate.py} writes the cases.
 */
@Tag("device")
final class PyTorchTest {
    /** Of the largest number of a tensor: sums of some ten numbers near 1, in double. */
    private static final double DOUBLE = 1e-12;

    /** The same in single precision: some ten to a hundred roundings of 6e-8. */
    private static final double SINGLE = 1e-5;

    private static final List<Device> devices = new ArrayList<>();

    @BeforeAll
    static void open() {
        devices.add(Device.reference());
        devices.add(TestDevice.open());
        if (devices.get(1).kind().equals("cpu")) {
            devices.add(Device.cpu(1, CpuOptions.Provider.OPENBLAS));
        }
    }

    @AfterAll
    static void close() {
        for (Device device : devices) {
            assertEquals(0, device.allocatedBytes(), "left on " + device);
            device.close();
        }
        devices.clear();
    }

    @TestFactory
    Stream<DynamicTest> layers() {
        return cases("layers.json", PyTorchTest::checkLayer);
    }

    @TestFactory
    Stream<DynamicTest> optimizers() {
        return cases("optimizers.json", PyTorchTest::checkOptimizer);
    }

    @TestFactory
    Stream<DynamicTest> losses() {
        return cases("losses.json", PyTorchTest::checkLoss);
    }

    private interface Check {
        void run(JsonNode json, Device device);
    }

    private static Stream<DynamicTest> cases(String file, Check check) {
        List<DynamicTest> tests = new ArrayList<>();
        try (InputStream in = PyTorchTest.class.getResourceAsStream("/pytorch/" + file)) {
            for (JsonNode one : new ObjectMapper().readTree(in).get("cases")) {
                tests.add(DynamicTest.dynamicTest(
                        one.get("name").asText(), () -> devices.forEach(device -> check.run(one, device))));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return tests.stream();
    }

    private static void checkLayer(JsonNode json, Device device) {
        Layer layer = Forms.layer(json.get("layer"));
        JsonNode input = json.get("input");
        DType type = layer instanceof Embedding ? DType.I32 : DType.F32;
        Experiment experiment = new Experiment(
                layer,
                new Spec("input", type, Numbers.shape(input)),
                Numbers.of(input),
                tensors(json.get("parameters")),
                tensors(json.get("states")),
                json.get("training").asBoolean());
        compare(json.get("output"), experiment.forward(device), device, "output");
        JsonNode dy = json.get("dOutput");
        Map<String, double[]> gradients = experiment.backward(device, Numbers.shape(dy), Numbers.of(dy));
        Map<String, JsonNode> expected = children(json.get("dParameters"));
        if (json.has("dInput")) {
            expected.put(Computation.INPUT_GRADIENT, json.get("dInput"));
        }
        assertEquals(expected.keySet(), gradients.keySet());
        double terms = termsOfGradient(json);
        expected.forEach((name, values) ->
                compare(Numbers.of(values), gradients.get(name), terms, device, "gradient of " + name));
        if (json.has("states") && json.get("training").asBoolean()) {
            Map<String, double[]> after = experiment.statesAfter(device, Numbers.shape(dy));
            children(json.get("statesAfter"))
                    .forEach((name, values) -> compare(values, after.get(name), device, name + " after a step"));
        }
    }

    private static void checkLoss(JsonNode json, Device device) {
        Loss loss = Forms.loss(json.get("loss"));
        JsonNode output = json.get("output");
        JsonNode target = json.get("target");
        Map<String, double[]> results = Experiment.of((scope, x) -> x, Numbers.shape(output), Numbers.of(output))
                .gradients(
                        device,
                        loss,
                        new Spec("target", loss.targetType(), Numbers.shape(target)),
                        Numbers.of(target),
                        json.has("exampleWeights") ? Numbers.of(json.get("exampleWeights")) : null);
        compare(new double[] {json.get("value").asDouble()}, results.get(Trace.LOSS), device, "loss");
        compare(json.get("dOutput"), results.get(Computation.INPUT_GRADIENT), device, "gradient");
    }

    private static void checkOptimizer(JsonNode json, Device device) {
        double[] start = Numbers.of(json.get("start"));
        try (Run run =
                OptimizerExperiments.descent(device, start.length, OptimizerForms.optimizer(json.get("optimizer")))) {
            run.setParameter("p", start);
            for (int step = 0; step < json.get("gradients").size(); step++) {
                run.setInput(Numbers.of(json.get("gradients").get(step)));
                run.run();
                // rates and the like are rounded where a device computes in singles, and multiplied with what a step
                // moves
                assertArrayEquals(
                        Numbers.of(json.get("after").get(step)),
                        run.parameter("p"),
                        GoldenCase.isDouble(device) ? 1e-13 * (step + 1) : 1e-6 * (step + 1),
                        "after " + (step + 1) + " on " + device);
            }
        }
    }

    private static Map<String, JsonNode> children(JsonNode json) {
        Map<String, JsonNode> children = new LinkedHashMap<>();
        if (json != null) {
            json.properties().forEach(e -> children.put(e.getKey(), e.getValue()));
        }
        return children;
    }

    private static Map<String, double[]> tensors(JsonNode json) {
        Map<String, double[]> tensors = new LinkedHashMap<>();
        children(json).forEach((name, values) -> tensors.put(name, Numbers.of(values)));
        return tensors;
    }

    /**
     * How large the terms are that a layer's gradients are sums of: numbers near 1, but for batch norm, whose dx is scale /
     * deviation * dy without its mean and its part along x. Of two rows that leaves next to nothing.
     */
    private static double termsOfGradient(JsonNode json) {
        if (!json.path("layer").path("layer").asText().equals("batch_norm")) {
            return 1;
        }
        double[] x = Numbers.of(json.get("input"));
        double[] scale = Numbers.of(json.get("parameters").get("scale"));
        double terms = 1;
        for (int channel = 0; channel < scale.length; channel++) {
            int first = channel;
            double[] column = IntStream.range(0, x.length / scale.length)
                    .mapToDouble(row -> x[row * scale.length + first])
                    .toArray();
            double mean = Arrays.stream(column).average().orElseThrow();
            double variance = Arrays.stream(column)
                    .map(v -> (v - mean) * (v - mean))
                    .average()
                    .orElseThrow();
            terms = Math.max(terms, Math.abs(scale[channel]) / Math.sqrt(variance + 1e-5));
        }
        return terms;
    }

    private static void compare(JsonNode expected, double[] actual, Device device, String what) {
        compare(Numbers.of(expected), actual, device, what);
    }

    private static void compare(double[] expected, double[] actual, Device device, String what) {
        compare(expected, actual, 1, device, what);
    }

    /** With terms of this size, of which the results are sums. */
    private static void compare(double[] expected, double[] actual, double terms, Device device, String what) {
        double allowed = (GoldenCase.isDouble(device) ? DOUBLE : SINGLE) * Numbers.largest(expected);
        // what is 0 by cancellation, such as a softmax of one class, is off by roundings of its terms
        assertArrayEquals(
                expected,
                actual,
                Math.max(allowed, terms * (GoldenCase.isDouble(device) ? 1e-15 : 1e-6)),
                what + " on " + device.describe());
    }
}
