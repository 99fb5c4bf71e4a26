package schuss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.Device;
import schuss.Model;
import schuss.data.Dataset;
import schuss.metrics.Accuracy;
import schuss.optim.Adam;
import schuss.optim.Momentum;
import schuss.optim.Optimizer;
import schuss.optim.Sgd;
import schuss.optim.UpdateRule;
import schuss.trace.Part;
import schuss.train.loop.Batches;

/** How gradients become an update, on two devices: several batches to one, clipping. */
@Tag("device")
class UpdateTest {
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void severalBatchesAreLikeALargeOne(Device device) {
        try (device) {
            for (int count : new int[] {128, 300, 40}) { // 300: updates of 4, 4 and 2 batches, the last of 12 examples
                for (Optimizer optimizer : List.of(new Sgd(0.1), new Adam(0.01), new Momentum(0.1, 0.9))) {
                    try (Model large = Toy.model(device);
                            Model small = Toy.model(device)) {
                        Dataset data = Toy.data(count);
                        Trainer one =
                                Toy.trainer(large, optimizer).withBatchSize(128).withClipNorm(0.5);
                        Trainer four = Toy.trainer(small, optimizer)
                                .withBatchSize(32)
                                .withAccumulation(4)
                                .withClipNorm(0.5);
                        History expected =
                                one.withMetric(new Accuracy()).withEpochs(5).fit(data);
                        History actual =
                                four.withMetric(new Accuracy()).withEpochs(5).fit(data);
                        // rounding differs; Adam passes a gradient's relative error on to a step of 0.01
                        Toy.assertNear(Toy.weights(large), Toy.weights(small), 2e-5f);
                        assertArrayEquals(expected.values("loss"), actual.values("loss"), 1e-5);
                        assertArrayEquals(expected.values("accuracy"), actual.values("accuracy"), 1e-9);
                    }
                }
            }
        }
    }

    /** Batches whose examples weigh more count more; those that weigh nothing not at all. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void severalBatchesOfWeightedExamples(Device device) {
        float[] some = new float[40];
        for (int i = 0; i < some.length; i++) {
            some[i] = i % 7 * (i < 20 ? 1 : 0.25f);
        }
        try (device) {
            for (float[] weights : new float[][] {some, new float[40]}) {
                try (Model large = Toy.model(device);
                        Model small = Toy.model(device)) {
                    Dataset data = Toy.data(40).withWeights(weights);
                    Toy.trainer(large, new Sgd(0.5)).withEpochs(5).fit(data);
                    Toy.trainer(small, new Sgd(0.5))
                            .withBatchSize(8)
                            .withAccumulation(5)
                            .withEpochs(5)
                            .fit(data);
                    Toy.assertNear(Toy.weights(large), Toy.weights(small), 2e-6f);
                }
            }
        }
    }

    @Test
    void howAnEpochIsCut() {
        Batches batches = new Batches(300, 32, 4);
        assertEquals(10, batches.count());
        assertEquals(3, batches.updates());
        assertEquals(12, batches.examplesOf(9));
        assertEquals(
                List.of(Part.FIRST, Part.MIDDLE, Part.MIDDLE, Part.LAST),
                List.of(batches.part(4), batches.part(5), batches.part(6), batches.part(7)));
        assertEquals(Part.LAST, batches.part(9));
        assertEquals(Part.WHOLE, new Batches(129, 32, 4).part(4));
    }

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void clippingByTheGlobalNorm(Device device) {
        try (device) {
            Map<String, float[]> start = Toy.trained(device, new Sgd(0), 1, t -> t);
            double[] free = difference(start, Toy.trained(device, new Sgd(1), 1, t -> t));
            double norm = norm(free);
            double[] clipped = difference(start, Toy.trained(device, new Sgd(1), 1, t -> t.withClipNorm(norm / 3)));
            assertEquals(norm / 3, norm(clipped), 1e-6);
            for (int i = 0; i < free.length; i++) {
                assertEquals(free[i] / 3, clipped[i], 1e-6);
            }
            double[] inParts = difference(
                    start,
                    Toy.trained(
                            device,
                            new Sgd(1),
                            1,
                            t -> t.withBatchSize(13).withAccumulation(9).withClipNorm(norm / 3)));
            assertEquals(norm / 3, norm(inParts), 1e-6);
            Toy.assertSame(
                    Toy.trained(device, new Sgd(1), 1, t -> t),
                    Toy.trained(device, new Sgd(1), 1, t -> t.withClipNorm(1.1 * norm)));
        }
    }

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void clippingByValue(Device device) {
        try (device) {
            Map<String, float[]> start = Toy.trained(device, new Sgd(0), 1, t -> t);
            double[] free = difference(start, Toy.trained(device, new Sgd(1), 1, t -> t));
            double limit = 0.02;
            double[] clipped = difference(start, Toy.trained(device, new Sgd(1), 1, t -> t.withClipValue(limit)));
            assertTrue(Arrays.stream(free).anyMatch(d -> Math.abs(d) > limit));
            assertTrue(Arrays.stream(free).anyMatch(d -> Math.abs(d) < limit));
            for (int i = 0; i < free.length; i++) {
                assertEquals(Math.max(-limit, Math.min(limit, free[i])), clipped[i], 2e-7);
            }
        }
    }

    @Test
    void equalRulesAreEqual() {
        UnaryOperator<UpdateRule> settings = r -> r.withClipNorm(1)
                .withAccumulate(4)
                .withMaxNorm(3.9)
                .withAverage(0.999)
                .withGroup("*/bias", g -> g.withRate(2));
        assertEquals(settings.apply(new UpdateRule(new Adam())), settings.apply(new UpdateRule(new Adam())));
        assertFalse(settings.apply(new UpdateRule(new Adam())).equals(new UpdateRule(new Adam())));
    }

    /** What a callback sets in the middle of an epoch waits for its end. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void anEpochKeepsTheSettingsItBeganWith(Device device) {
        Consumer<Trainer> others = t -> t.withBatchSize(7)
                .withAccumulation(2)
                .withSeed(9)
                .withClipNorm(0.01)
                .withMaxNorm(0.5);
        try (device;
                Model model = Toy.model(device);
                Model twin = Toy.model(device)) {
            Trainer trainer = Toy.trainer(model, new Momentum(0.1, 0.9)).withBatchSize(8);
            trainer.withCallback(new Callback() {
                @Override
                public void onProgress(Progress progress) {
                    others.accept(trainer);
                }
            });
            Trainer between = Toy.trainer(twin, new Momentum(0.1, 0.9)).withBatchSize(8);
            trainer.fit(Toy.data(40));
            between.fit(Toy.data(40));
            Toy.assertSame(Toy.weights(twin), Toy.weights(model));
            trainer.fit(Toy.data(40));
            others.accept(between);
            between.fit(Toy.data(40));
            Toy.assertSame(Toy.weights(twin), Toy.weights(model));
        }
    }

    /** Their difference, all parameters in a row. */
    private static double[] difference(Map<String, float[]> from, Map<String, float[]> to) {
        return from.keySet().stream()
                .flatMapToDouble(path -> {
                    double[] d = new double[from.get(path).length];
                    Arrays.setAll(d, i -> (double) to.get(path)[i] - from.get(path)[i]);
                    return Arrays.stream(d);
                })
                .toArray();
    }

    private static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
    }
}
