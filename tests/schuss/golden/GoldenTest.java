package schuss.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import schuss.Device;
import schuss.TestDevice;

/**
 * What engines of others published or computed: optimisers, schedules, layers and losses of Keras, PyTorch, Torch7 and
 * ONNX, in double on the reference device and in single precision on the CPU. Every case of {@code golden.json} is run
 * here, or listed with the reason why not.
 */
@Tag("device")
final class GoldenTest {
    /** Runs a case on a device and compares. */
    @FunctionalInterface
    interface Check {
        void run(GoldenCase c, Device device);
    }

    /**
     * Why a case is not run.
     *
     * @param reason for people
     * @param missing the class that would make it runnable
     */
    private record LeftOut(String reason, String missing) {}

    private static final Map<String, Check> CHECKS = new LinkedHashMap<>();

    /** Cases whose formula is another one than ours, with ours that comes nearest: they must disagree. */
    private static final Map<String, Check> OTHER_FORMULAS = new LinkedHashMap<>();

    private static final Map<String, LeftOut> LEFT_OUT = new LinkedHashMap<>();

    static {
        OptimizerExperiments.add(CHECKS);
        OptimizerExperiments.addOtherFormulas(OTHER_FORMULAS);
        ScheduleCases.add(CHECKS);
        LayerCases.add(CHECKS);
        LossCases.add(CHECKS);
        LEFT_OUT.put("keras.lamb", new LeftOut("there is no LAMB", "schuss.optim.Lamb"));
        LEFT_OUT.put("onnx.test_lstm_defaults", new LeftOut("there are no recurrent layers", "schuss.layers.Lstm"));
        LEFT_OUT.put("onnx.test_gru_defaults", new LeftOut("there are no recurrent layers", "schuss.layers.Gru"));
        LEFT_OUT.put("keras.lstm", new LeftOut("there are no recurrent layers", "schuss.layers.Lstm"));
        LEFT_OUT.put("keras.gru", new LeftOut("there are no recurrent layers", "schuss.layers.Gru"));
        LEFT_OUT.put(
                "pytorch.transformer_encoder_layer",
                new LeftOut("there is no attention", "schuss.layers.TransformerEncoder"));
        LEFT_OUT.put("pytorch113.ctc", new LeftOut("there is no CTC loss", "schuss.losses.Ctc"));
    }

    @Test
    void everyCaseIsRunOrListed() {
        Set<String> known = new TreeSet<>(CHECKS.keySet());
        for (Map<String, ?> others : List.of(OTHER_FORMULAS, LEFT_OUT)) {
            others.keySet().forEach(id -> assertTrue(known.add(id), id + " is listed twice"));
        }
        Set<String> ids = GoldenCase.all().stream().map(GoldenCase::id).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(ids, known);
    }

    @Test
    void whatIsLeftOutCannotBeRunYet() {
        LEFT_OUT.forEach((id, out) -> {
            System.out.println("golden case " + id + " is left out: " + out.reason());
            assertTrue(!exists(out.missing()), id + " is left out, but " + out.missing() + " is there");
        });
    }

    private static boolean exists(String type) {
        try {
            Class.forName(type);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Should one agree, it belongs to those that must. */
    @TestFactory
    Stream<DynamicTest> anotherFormulaDisagrees() {
        return in(OTHER_FORMULAS)
                .map(c -> DynamicTest.dynamicTest(c.id(), () -> {
                    try (Device reference = Device.reference()) {
                        Check check = OTHER_FORMULAS.get(c.id());
                        assertThrows(AssertionError.class, () -> check.run(c, reference));
                    }
                }));
    }

    private static Stream<GoldenCase> in(Map<String, Check> checks) {
        return GoldenCase.all().stream().filter(c -> checks.containsKey(c.id()));
    }

    @TestFactory
    Stream<DynamicTest> agrees() {
        return in(CHECKS)
                .map(c -> DynamicTest.dynamicTest(c.id(), () -> {
                    try (Device reference = Device.reference();
                            Device cpu = TestDevice.open()) {
                        for (Device device : List.of(reference, cpu)) {
                            CHECKS.get(c.id()).run(c, device);
                            assertEquals(0, device.allocatedBytes(), "left on " + device);
                        }
                    }
                }));
    }
}
