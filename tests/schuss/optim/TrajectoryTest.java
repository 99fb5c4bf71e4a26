package schuss.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.initializers.Initializer;
import schuss.layers.Layer;
import schuss.layers.Scope;
import schuss.losses.Loss;
import schuss.ops.Value;
import schuss.train.Trainer;

/**
 * 1,001 steps of every optimiser on a network of 2-3-1 sigmoid units against PyTorch's, whose figures and sources are in
 * {@code trajectories.json}.
 */
final class TrajectoryTest {
    private static final int[] ROWS = {1, 101, 1001}; // steps after which the file has the parameters
    private static final Map<String, Optimizer> COVERED = new LinkedHashMap<>();

    static {
        COVERED.put("pytorch_cpp.sgd", new Sgd(0.1));
        COVERED.put("pytorch_cpp.sgd_wd", new Sgd(0.1).withWeightDecay(0.01));
        COVERED.put(
                "pytorch_cpp.sgd_wd_nesterov",
                new Momentum(0.1, 0.9).withForm(Momentum.Form.NESTEROV).withWeightDecay(1e-6));
        COVERED.put("pytorch113.sgd_momentum_wd", new Momentum(0.1, 0.9).withWeightDecay(0.01));
        COVERED.put("pytorch_cpp.rmsprop_wd", new RmsProp(0.1).withWeightDecay(0.01));
        RmsProp centred = new RmsProp(0.1).withCentring().withMomentum(0.9).withWeightDecay(1e-6);
        COVERED.put("pytorch_cpp.rmsprop_wd_centered_momentum", centred);
        COVERED.put("pytorch113.rmsprop_centered_momentum_wd", centred);
        COVERED.put("pytorch_cpp.adagrad", new Adagrad(1));
        COVERED.put("pytorch113.adadelta", new Adadelta());
        COVERED.put("pytorch113.adam_l2wd", new Adam(1).withWeightDecay(0.01));
        COVERED.put("pytorch113.adamw", new AdamW(0.1));
        COVERED.put("pytorch113.adamax", new Adamax(0.1));
        COVERED.put("pytorch_cpp.adam_l2wd", new Adam(1).withEpsilonHat().withWeightDecay(0.01));
        COVERED.put("pytorch113.nadam", new NAdam(0.1));
        COVERED.put("pytorch113.rprop", new Rprop(0.01));
    }

    /** y = sigmoid(sigmoid(x W1' + b1) W2' + b2); decay applies to all of its parameters, as in PyTorch. */
    private static final Layer NETWORK = (scope, x) ->
            dense(scope, dense(scope, x, "1", 3).sigmoid(), "2", 1).sigmoid();

    private static Value dense(Scope scope, Value x, String name, int units) {
        Value w = scope.weight("w" + name, Shape.of(x.shape().dim(1), units), Initializer.zeros());
        return x.matmul(w).add(scope.weight("b" + name, Shape.of(units), Initializer.zeros()));
    }

    /** The sum over the three examples: the trainer takes their mean. */
    private static final Loss SUM = (output, target) -> output.mul(3).mean(-1);

    private static List<JsonNode> cases() throws IOException {
        try (InputStream in = TrajectoryTest.class.getResourceAsStream("/trajectories.json")) {
            List<JsonNode> cases = new ArrayList<>();
            new ObjectMapper().readTree(in).get("cases").forEach(cases::add);
            return cases;
        }
    }

    @Test
    void everyCaseIsCovered() throws IOException {
        for (JsonNode one : cases()) {
            assertTrue(
                    COVERED.containsKey(one.get("id").asText()), one.get("id").asText());
        }
    }

    @TestFactory
    Stream<DynamicTest> trajectories() throws IOException {
        return cases().stream()
                .filter(one -> COVERED.containsKey(one.get("id").asText()))
                .map(one -> DynamicTest.dynamicTest(one.get("id").asText(), () -> check(one)));
    }

    private static void check(JsonNode one) {
        Optimizer optimizer = COVERED.get(one.get("id").asText());
        try (Device cpu = Device.cpu(1);
                Device reference = Device.reference()) {
            for (Device device : List.of(cpu, reference)) {
                try (Model model = Model.create(NETWORK, Shape.of(2), device, 1)) {
                    begin(model, one.get("inputs"));
                    Trainer trainer = Trainer.of(model, SUM, optimizer).batchSize(3);
                    float[] x = floats(one.get("inputs").get("X"));
                    Dataset data = Dataset.of(x, Shape.of(2), new float[3], Shape.of(1));
                    int done = 0;
                    for (int row = 0; row < one.get("expected").size(); row++) {
                        trainer.epochs(ROWS[row] - done).fit(data);
                        done = ROWS[row];
                        compare(floats(one.get("expected").get(row)), model, device + " after " + done);
                    }
                }
            }
        }
    }

    private static void begin(Model model, JsonNode inputs) {
        float[] all = floats(inputs.has("theta0") ? inputs.get("theta0") : inputs.get("W1"));
        float[] w1 = new float[6];
        for (int i = 0; i < 6; i++) {
            w1[i % 2 * 3 + i / 2] = all[i]; // theirs is (out, in)
        }
        model.setParameter("w1", w1);
        boolean flat = inputs.has("theta0");
        model.setParameter("b1", flat ? new float[] {all[6], all[7], all[8]} : floats(inputs.get("b1")));
        model.setParameter("w2", flat ? new float[] {all[9], all[10], all[11]} : floats(inputs.get("W2")));
        model.setParameter("b2", flat ? new float[] {all[12]} : floats(inputs.get("b2")));
    }

    /** Theirs in order: W1, b1, W2, b2. The tolerance is that of PyTorch's own test, which compares two f32 engines. */
    private static void compare(float[] expected, Model model, String what) {
        float[] w1 = model.parameter("w1");
        float[] b1 = model.parameter("b1");
        float[] w2 = model.parameter("w2");
        for (int i = 0; i < expected.length; i++) {
            double actual =
                    i < 6 ? w1[i % 2 * 3 + i / 2] : i < 9 ? b1[i - 6] : i < 12 ? w2[i - 9] : model.parameter("b2")[0];
            assertEquals(expected[i], actual, 5e-4 + 1e-3 * Math.abs(expected[i]), what + ", number " + i);
        }
    }

    /** All numbers of nested arrays, in order. */
    private static float[] floats(JsonNode node) {
        List<Float> values = new ArrayList<>();
        gather(node, values);
        float[] result = new float[values.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = values.get(i);
        }
        return result;
    }

    private static void gather(JsonNode node, List<Float> values) {
        if (node.isArray()) {
            node.forEach(child -> gather(child, values));
        } else {
            values.add((float) node.asDouble());
        }
    }
}
