package schuss.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.Device;
import schuss.Philox;
import schuss.Shape;
import schuss.Spec;
import schuss.internal.Inside;
import schuss.ir.Program;
import schuss.layers.AvgPool2d;
import schuss.layers.BatchNorm;
import schuss.layers.Conv2d;
import schuss.layers.Dense;
import schuss.layers.GlobalAveragePool;
import schuss.layers.Layer;
import schuss.layers.MaxPool2d;
import schuss.layers.Scope;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.ops.FusedBatchNorm;
import schuss.ops.Op;
import schuss.ops.Value;
import schuss.optim.Sgd;
import schuss.passes.Capabilities;

/** Networks with batch norms in every place, with and without the joining of steps. */
class FuseNormalizationTest {
    private static final int BATCH = 6;
    private static final int CLASSES = 5;

    private static Value norm(Scope scope, String name, Value x) {
        return scope.apply(name, new BatchNorm(), x);
    }

    private static Value conv(Scope scope, String name, Value x) {
        return scope.apply(name, new Conv2d(8, 3).withoutBias(), x);
    }

    private static Value block(Scope scope, String name, Value x) {
        Value h = norm(scope, name + "n1", conv(scope, name + "c1", x)).relu();
        return norm(scope, name + "n2", conv(scope, name + "c2", h)).add(x).relu();
    }

    private static Layer withHead(Layer body) {
        return (scope, x) -> {
            Value y = scope.apply("body", body, x);
            return scope.apply("head", new Dense(CLASSES), scope.apply("pool", new GlobalAveragePool(), y));
        };
    }

    private static final Layer CHAIN = withHead((scope, x) -> norm(
            scope,
            "n2",
            conv(scope, "c2", norm(scope, "n1", conv(scope, "c1", x)).relu())));

    /** The first norm's output goes two ways; so does the first block's. */
    private static final Layer BLOCKS = withHead((scope, x) -> {
        Value first = norm(scope, "n", conv(scope, "c", x)).relu();
        Value pooled = scope.apply("max", new MaxPool2d(2), block(scope, "b1", first));
        return block(scope, "b3", block(scope, "b2", pooled));
    });

    private static final Layer PROJECTION = withHead((scope, x) -> {
        Value left = norm(scope, "n1", conv(scope, "c1", x));
        Value right = norm(scope, "n2", conv(scope, "c2", x));
        return left.add(right).relu();
    });

    private static final Layer WITHOUT_RELU = withHead((scope, x) -> {
        Value h = conv(scope, "c1", x);
        return scope.apply("average", new AvgPool2d(2), norm(scope, "n1", h).add(h));
    });

    /** What must not be joined: a norm read twice, one with another activation, a residual that is not read as it is. */
    private static final Layer APART = withHead((scope, x) -> {
        Value a = norm(scope, "n1", conv(scope, "c1", x));
        Value b = a.relu().mul(a);
        Value c = norm(scope, "n2", conv(scope, "c2", b)).tanh();
        return norm(scope, "n3", conv(scope, "c3", c)).add(c.mul(0.5)).relu();
    });

    private static Computation request(Layer layer) {
        return Computation.training(
                layer,
                new Spec("input", DType.F32, Shape.of(9, 8, 3)).batched(BATCH),
                new Spec("label", DType.I32, Shape.of()).batched(BATCH),
                new SoftmaxCrossEntropy(),
                List.of(),
                new Sgd(0.1));
    }

    private static boolean isFused(Op op) {
        return op instanceof FusedBatchNorm
                || op instanceof FusedBatchNorm.Gradient
                || op instanceof FusedBatchNorm.ResidualGradient;
    }

    /** Gradients, parameters and states after two steps, by name. */
    private static Map<String, double[]> results(Device device, Layer layer, Capabilities abilities) {
        Computation request = request(layer);
        Program program = request.compiled(abilities);
        Map<String, double[]> results = new LinkedHashMap<>();
        try (Run run = new Run(device, request, program, true)) {
            int stream = 0;
            run.setInput(normal(request.input().shape(), stream++));
            run.setTarget(0, 1, 2, 3, 4, 0);
            for (String path : new TreeMap<>(run.parameters()).keySet()) {
                double[] values = normal(run.parameters().get(path).shape(), stream++);
                for (int i = 0; i < values.length; i++) {
                    values[i] = path.endsWith("scale") ? 1 + 0.2 * values[i] : 0.3 * values[i];
                }
                run.setParameter(path, values);
            }
            run.modelStates()
                    .forEach((path, entry) -> run.setModelState(
                            path, new double[(int) entry.shape().size()]));
            run.run();
            run.run();
            run.parameters().keySet().forEach(p -> results.put("gradient " + p, run.gradient(p)));
            run.modelStates().keySet().forEach(p -> results.put("state " + p, run.modelState(p)));
        }
        return results;
    }

    private static double[] normal(Shape shape, int stream) {
        Philox philox = new Philox(3, stream);
        double[] values = new double[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) philox.normal(i);
        }
        return values;
    }

    private static void check(Layer layer, String... expected) {
        Program fused = request(layer).compiled(FuseNormalizationTest::isFused);
        List<String> names = fused.steps().stream()
                .map(s -> s.op().name())
                .filter(n -> n.contains("BatchNorm"))
                .sorted()
                .collect(Collectors.toList());
        assertEquals(List.of(expected), names, fused::toString);
        try (Device reference = Device.reference();
                Device one = Device.cpu(1);
                Device two = Device.cpu(2)) {
            Map<String, double[]> plain = results(reference, layer, Capabilities.NONE);
            compare(plain, results(reference, layer, FuseNormalizationTest::isFused), 1e-12);
            // a hundred roundings or so through two steps of a few layers
            compare(plain, results(one, layer, Inside.of(one, Backend.class).abilities(1)), 1e-4);
            compare(plain, results(two, layer, Inside.of(two, Backend.class).abilities(2)), 1e-4);
        }
    }

    private static void compare(Map<String, double[]> expected, Map<String, double[]> actual, double tolerance) {
        assertEquals(expected.keySet(), actual.keySet());
        double scale = expected.entrySet().stream()
                .filter(e -> e.getKey().startsWith("gradient"))
                .flatMapToDouble(e -> java.util.Arrays.stream(e.getValue()))
                .map(Math::abs)
                .max()
                .orElse(1);
        assertTrue(scale > 1e-3, "gradients of " + scale);
        expected.forEach((name, values) -> {
            for (int i = 0; i < values.length; i++) {
                double size = Math.max(scale, Math.abs(values[i]));
                assertEquals(values[i], actual.get(name)[i], tolerance * size, name + " " + i);
            }
        });
    }

    @Test
    void reluIsJoinedForwardAndBackward() {
        check(CHAIN, "BatchNorm", "BatchNorm relu", "BatchNormGradient", "BatchNormGradient relu");
    }

    @Test
    void residualsAreJoined() {
        check(
                BLOCKS,
                "BatchNorm + residual relu",
                "BatchNorm + residual relu",
                "BatchNorm + residual relu",
                "BatchNorm relu",
                "BatchNorm relu",
                "BatchNorm relu",
                "BatchNorm relu",
                // the last block's gradient comes repeated over all positions: its mask stays with the repetition
                "BatchNormGradient",
                "BatchNormGradient + residual relu",
                "BatchNormGradient + residual relu",
                "BatchNormGradient + residual relu",
                "BatchNormGradient relu",
                "BatchNormGradient relu",
                "BatchNormGradient relu");
    }

    @Test
    void ofTwoNormsOneTakesTheOther() {
        check(PROJECTION, "BatchNorm", "BatchNorm + residual relu", "BatchNormGradient", "BatchNormGradient");
    }

    @Test
    void aSumWithoutReluIsJoinedForward() {
        check(WITHOUT_RELU, "BatchNorm + residual", "BatchNormGradient");
    }

    @Test
    void otherReadersKeepStepsApart() {
        check(
                APART,
                "BatchNorm",
                "BatchNorm",
                "BatchNorm",
                "BatchNormGradient",
                "BatchNormGradient",
                "BatchNormGradient");
    }
}
