package schuss.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import schuss.DType;
import schuss.Device;
import schuss.Philox;
import schuss.Shape;
import schuss.Spec;
import schuss.TestDevice;
import schuss.TestSize;
import schuss.backend.Computation;
import schuss.backend.Run;
import schuss.layers.Layer;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.trace.Trace;

/** Loss and gradients of whole networks, with the batch's statistics, against plain Java in double. */
@Tag("device")
class ZooGradientTest {
    private static final int CLASSES = 10;
    /**
     * Of the loss. A batch norm over few positions divides some channels by a small deviation, down to the root of its
     * epsilon, 0.003, and so multiplies the rounding before it: in mobilenet, which has 27 of them, up to 2e-5 were seen.
     */
    private static final double LOSS_TOLERANCE = 1e-4;

    /**
     * Of a tensor's distance from the reference to its length. Rounding alone makes about 1e-6 for each of some ten layers,
     * more where a batch norm divides by a small deviation. But a ReLU whose input is nearly zero may fall on the other
     * side of it, one of a million or so, and drops or adds the whole of one element's gradient: of the some thousand that
     * a channel sums, with signs that cancel, a hundredth or less. A wrong term moves all elements, by their own size.
     */
    private static final double TOLERANCE = 0.02;

    /**
     * Where a channel sums few elements, as in mobilenet's last blocks, 16, such a ReLU weighs more. What it may weigh is how
     * far the reference's own gradients move, in double, when its inputs move by so much, some rounding errors of a single:
     * mobilenet's by 0.05, of the tensors of its eighth block. A device may be twice as far: where it rounds, other ReLUs
     * are near zero.
     */
    private static final double NOISE = 0x1p-20;

    private static final int DRAWS = 3; // of noise

    private record Network(String name, Layer layer, Shape image, int batch) {
        @Override
        public String toString() {
            return name + ", " + batch + " images " + image;
        }

        Spec input() {
            return new Spec("input", DType.F32, image).batched(batch);
        }

        Map<String, double[]> gradients(Device device) {
            return gradients(device, 0, 0);
        }

        /** The loss and all gradients by path, of pixels with noise of this size. */
        Map<String, double[]> gradients(Device device, double noise, int draw) {
            Spec labels = new Spec("label", DType.I32, Shape.of()).batched(batch);
            Computation request =
                    Computation.gradients(layer, input(), labels, new SoftmaxCrossEntropy(), Computation.Gradients.ALL);
            try (Run run = new Run(device, request)) {
                run.initialize(42);
                Philox pixels = new Philox(43, 0);
                Philox noises = new Philox(44, draw);
                int size = Math.toIntExact(input().shape().size());
                run.setInput(IntStream.range(0, size)
                        .mapToDouble(i -> pixels.uniform(i) + noise * (noises.uniform(i) - 0.5))
                        .toArray());
                run.setTarget(IntStream.range(0, batch)
                        .mapToDouble(i -> i * 7 % CLASSES)
                        .toArray());
                run.run();
                Map<String, double[]> results = new TreeMap<>();
                run.parameters().keySet().forEach(path -> results.put(path, run.gradient(path)));
                results.put(Trace.LOSS, run.output(Trace.LOSS));
                results.put(Computation.INPUT_GRADIENT, run.output(Computation.INPUT_GRADIENT));
                return results;
            }
        }
    }

    private static Stream<Network> networks() {
        boolean full = TestSize.current() == TestSize.FULL;
        Shape grey = full ? Shape.of(28, 28, 1) : Shape.of(8, 8, 1);
        Shape colour = full ? Shape.of(32, 32, 3) : Shape.of(8, 8, 3);
        int small = TestSize.pick(3, 8, 16);
        int large = TestSize.pick(2, 8, 8);
        Shape wide = full ? colour : Shape.of(16, 16, 3); // mobilenet leaves a 16th of it
        Stream<Network> quick = Stream.of(
                new Network("mlp", Zoo.mlp(CLASSES, 500, 500), grey, full ? 128 : small),
                new Network("lenet", Zoo.lenet(CLASSES), grey, small),
                new Network("resnet20", Zoo.resnet20(CLASSES), colour, small));
        Stream<Network> slow = Stream.of(
                new Network("resnet18", Zoo.resnet18(CLASSES), colour, large),
                new Network("mobilenet", Zoo.mobilenet(CLASSES), wide, 16));
        Stream<Network> photographs = Stream.of(
                new Network("resnet18 with its large stem", Zoo.resnet18(CLASSES), Shape.of(65, 97, 3), 4),
                new Network("mobilenet with its large stem", Zoo.mobilenet(CLASSES), Shape.of(65, 97, 3), 4));
        return switch (TestSize.current()) {
            case QUICK -> quick;
            case NORMAL -> Stream.concat(quick, slow);
            case FULL -> Stream.concat(quick, Stream.concat(slow, photographs));
        };
    }

    @TestFactory
    Stream<DynamicTest> gradientsAreThoseOfTheReference() {
        return networks().map(n -> dynamicTest(n.toString(), () -> check(n)));
    }

    private static void check(Network network) {
        try (Device reference = Device.reference();
                Device device = TestDevice.open()) {
            Map<String, double[]> expected = network.gradients(reference);
            Map<String, double[]> actual = network.gradients(device);
            assertEquals(expected.keySet(), actual.keySet());
            double loss = expected.get(Trace.LOSS)[0];
            assertEquals(loss, actual.get(Trace.LOSS)[0], LOSS_TOLERANCE * loss, network + ": loss");
            double worst = worst(expected, actual);
            double tolerance = worst <= TOLERANCE ? TOLERANCE : Math.max(TOLERANCE, 2 * moved(network, reference));
            System.out.printf(
                    Locale.ROOT,
                    "%s: gradients within %.2g of the reference's, of %.2g at most%n",
                    network,
                    worst,
                    tolerance);
            for (String path : expected.keySet()) {
                double error = distance(expected, actual, path);
                assertTrue(
                        error <= tolerance,
                        String.format(
                                Locale.ROOT,
                                "%s: gradient of %s: expected it within %.3g of the reference's, got %.3g",
                                network,
                                path,
                                tolerance,
                                error));
            }
        }
    }

    /** How far noise of the inputs moves the reference's gradients. */
    private static double moved(Network network, Device reference) {
        Map<String, double[]> expected = network.gradients(reference);
        return IntStream.rangeClosed(1, DRAWS)
                .mapToDouble(draw -> worst(expected, network.gradients(reference, NOISE, draw)))
                .max()
                .orElseThrow();
    }

    private static double worst(Map<String, double[]> expected, Map<String, double[]> actual) {
        return expected.keySet().stream()
                .mapToDouble(path -> distance(expected, actual, path))
                .max()
                .orElseThrow();
    }

    /** How far a gradient is from the expected one, as a share of its length. */
    private static double distance(Map<String, double[]> expected, Map<String, double[]> actual, String path) {
        double longest = expected.values().stream()
                .mapToDouble(ZooGradientTest::length)
                .max()
                .orElseThrow();
        // one that is nearly zero is the difference of ones that are not
        double scale = Math.max(length(expected.get(path)), 1e-4 * longest);
        return distance(expected.get(path), actual.get(path)) / scale;
    }

    private static double length(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
    }

    private static double distance(double[] a, double[] b) {
        return length(IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray());
    }
}
