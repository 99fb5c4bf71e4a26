package schuss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.backend.Computation;
import schuss.ir.Place;
import schuss.ir.Program;
import schuss.layers.Dense;
import schuss.layers.Layer;
import schuss.layers.Sequential;
import schuss.layers.Tanh;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.AdamW;
import schuss.optim.Group;
import schuss.optim.Optimizer;
import schuss.optim.Sgd;
import schuss.optim.UpdateRule;
import schuss.passes.Capabilities;
import schuss.trace.Part;
import schuss.trace.Slots;

/** Settings for some parameters only, and parameters left as they are. */
@Tag("device")
class GroupTest {
    private static final String WEIGHT = "0.dense/weight";
    private static final String BIAS = "0.dense/bias";
    private static final String LAST = "2.dense/weight";

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void frozenWeightsKeepTheirBits(Device device) {
        try (device;
                Model model = Toy.model(device);
                Model other = Toy.model(device)) {
            Map<String, float[]> start = Toy.weights(model);
            for (Optimizer optimizer : List.of(new Sgd(0.1), new AdamW(0.01), new schuss.optim.Rprop())) {
                Trainer trainer = Toy.trainer(model, optimizer)
                        .withFrozen("0.dense")
                        .withL1(0.01)
                        .withMaxNorm(0.1)
                        .withClipNorm(0.01);
                trainer.gradients(Toy.data(40)); // leaves nothing behind that the norm would count
                trainer.fit(Toy.data(40));
                Toy.trainer(other, optimizer)
                        .withFrozen("0.dense")
                        .withL1(0.01)
                        .withMaxNorm(0.1)
                        .withClipNorm(0.01)
                        .fit(Toy.data(40));
                Toy.assertSame(Toy.weights(other), Toy.weights(model));
            }
            assertArrayEquals(start.get(WEIGHT), model.parameter(WEIGHT));
            assertArrayEquals(start.get(BIAS), model.parameter(BIAS));
            assertFalse(Arrays.equals(start.get(LAST), model.parameter(LAST)));
            // and are trained again
            Trainer trainer = Toy.trainer(model, new Sgd(0.1)).withFrozen("0.dense");
            trainer.fit(Toy.data(40));
            assertArrayEquals(start.get(WEIGHT), model.parameter(WEIGHT));
            trainer.withGroup("0.dense", g -> g.withFrozen(false)).fit(Toy.data(40));
            assertFalse(Arrays.equals(start.get(WEIGHT), model.parameter(WEIGHT)));
        }
    }

    @Test
    void nothingIsComputedForFrozenWeights() {
        Layer layer = Sequential.of(new Dense(6), new Tanh(), new Dense(3));
        Spec input = new Spec("input", schuss.DType.F32, Shape.of(5, 4));
        Spec target = new Spec("label", schuss.DType.I32, Shape.of(5));
        UpdateRule rule = new UpdateRule(new Sgd(0.1)).withGroup("0.dense", g -> g.withFrozen(true));
        Computation request =
                Computation.training(layer, input, target, new SoftmaxCrossEntropy(), List.of(), rule, Part.WHOLE);
        Program program = request.compiled(Capabilities.NONE);
        assertTrue(program.places().containsValue(new Place(Slots.GRADIENTS, LAST)));
        assertFalse(program.places().containsValue(new Place(Slots.GRADIENTS, WEIGHT)));
        assertTrue(program.steps().stream().noneMatch(s -> s.path().startsWith("0.dense'")), program.toString());
        assertTrue(program.steps().stream().noneMatch(s -> s.path().startsWith("1.tanh'")), program.toString());
    }

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void ratesAndDecaysOfGroups(Device device) {
        try (device) {
            Map<String, float[]> start = Toy.trained(device, new Sgd(0), 1, t -> t);
            Map<String, float[]> plain = Toy.trained(device, new Sgd(0.1), 1, t -> t);
            Map<String, float[]> grouped = Toy.trained(
                    device,
                    new Sgd(0.1),
                    1,
                    t -> t.withGroup("*/bias", g -> g.withRate(2))
                            .withGroup("2.dense/*", g -> g.withRate(0.5))
                            .withGroup(WEIGHT, g -> g.withDecay(0.3)));
            for (int i = 0; i < 6; i++) {
                float b = start.get(BIAS)[i];
                assertEquals(2 * (plain.get(BIAS)[i] - b), grouped.get(BIAS)[i] - b, 1e-7);
            }
            for (int i = 0; i < 18; i++) {
                float w = start.get(LAST)[i];
                assertEquals(0.5 * (plain.get(LAST)[i] - w), grouped.get(LAST)[i] - w, 1e-7);
            }
            for (int i = 0; i < 24; i++) {
                float w = start.get(WEIGHT)[i];
                assertEquals(plain.get(WEIGHT)[i] - 0.1 * 0.3 * w, grouped.get(WEIGHT)[i], 1e-7);
            }
        }
    }

    @Test
    void whichPathsAPatternMeans() {
        assertTrue(new Group("0.dense").matches("0.dense/weight"));
        assertTrue(new Group("0.dense/weight").matches("0.dense/weight"));
        assertFalse(new Group("0.dense").matches("0.dense2/weight"));
        assertTrue(new Group("*/bias").matches("3.sequential/0.dense/bias"));
        assertFalse(new Group("*/bias").matches("0.dense/biases"));
        assertTrue(new Group("3.*dense*t").matches("3.sequential/0.dense/weight"));
        assertFalse(new Group("3.*dense*t").matches("3.sequential/0.dense/bias"));
        assertFalse(new Group("ab*ba").matches("aba"));
        assertTrue(new Group("*").matches("p"));
    }
}
