package schuss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import schuss.backend.Backend;
import schuss.internal.Inside;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Layer;
import schuss.layers.Sequential;
import schuss.losses.OutputActivation;
import schuss.ops.Value;

/** What predictions hold beside their results. */
@Tag("device")
class PredictorTest {
    private static final Layer WATCHED = (scope, x) -> Value.of(new ModelTest.Mystery(), x);

    @Test
    void anotherPredictionFreesWhatComputedTheFormer() {
        Layer layer = Sequential.of(new Dense(5), Dropout.drop(0.5));
        try (Device device = TestDevice.open(2);
                Model model = Model.create(layer, Shape.of(3), device, 1)) {
            long weights = device.allocatedBytes();
            long busy = 0;
            for (OutputActivation kind :
                    new OutputActivation[] {OutputActivation.OUTPUT, OutputActivation.SIGMOID, OutputActivation.OUTPUT
                    }) {
                model.setPrediction(kind);
                for (int count : new int[] {1, 7, 300}) {
                    model.predict(new float[3 * count]);
                    model.predictDistribution(new float[3 * count], 2, 1);
                }
                busy = device.allocatedBytes();
                assertTrue(busy > weights, busy + " with sessions, " + weights + " without");
                model.setPrediction(kind); // no other: all stays
                assertEquals(busy, device.allocatedBytes());
                model.setPrediction(OutputActivation.SOFTMAX);
                assertEquals(weights, device.allocatedBytes());
            }
        }
    }

    @Test
    void aPredictionThatFailsLeavesNothingBehind() {
        try (Device device = TestDevice.open()) {
            device.register(ModelTest.Mystery.class, (op, x, y) -> {
                if (x[0][0] < 0) {
                    throw new ArithmeticException("expected no negative number");
                }
                System.arraycopy(x[0], 0, y[0], 0, y[0].length);
            });
            try (Model model = Model.create(WATCHED, Shape.of(2), device, 1)) {
                long before = device.allocatedBytes();
                for (int i = 0; i < 3; i++) {
                    assertThrows(ArithmeticException.class, () -> model.predict(new float[] {-1, 5}));
                    assertEquals(before, device.allocatedBytes());
                }
                assertArrayEquals(new float[] {1, 5}, model.predict(new float[] {1, 5}));
            }
        }
    }

    /** A session of several threads belongs to the device's thread, where its team of them waits; one of one to the caller's. */
    @Test
    void whatIsWorthSeveralThreadsRunsOnTheDevices() {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        try (Device device = Device.cpu(2)) {
            device.register(
                    ModelTest.Mystery.class,
                    (op, x, y) -> threads.add(Thread.currentThread().getName()));
            try (Model model = Model.create(Sequential.of(new Dense(1024), WATCHED), Shape.of(1024), device, 1)) {
                for (int count = 9; count <= 16; count++) { // all padded to 16: 16 million products
                    model.predict(new float[1024 * count]);
                }
                assertEquals(Set.of("schuss-" + Inside.of(device, Backend.class).name()), threads);
                threads.clear();
                model.predict(new float[1024]); // a million
                assertEquals(Set.of(Thread.currentThread().getName()), threads);
            }
        }
    }

    /** All examples of a call meet one set of weights, whoever changes them meanwhile. */
    @ParameterizedTest
    @ValueSource(ints = {1, 600})
    void aCallSeesOneSetOfWeights(int width) throws Exception {
        Layer net = Sequential.of(new Dense(width).withoutBias(), new Dense(1).withoutBias());
        try (Device device = TestDevice.open();
                Model model = Model.create(net, Shape.of(4), device, 1)) {
            float[] examples = new float[4 * (width == 1 ? 100_000 : 3000)];
            Arrays.fill(examples, 1);
            float[] ones = new float[4 * width];
            Arrays.fill(ones, 1);
            float[] twos = new float[4 * width];
            Arrays.fill(twos, 2);
            AtomicBoolean done = new AtomicBoolean();
            Thread changes = new Thread(() -> {
                for (int i = 0; !done.get(); i++) {
                    model.setParameter("0.dense/weight", i % 2 == 0 ? ones : twos);
                }
            });
            changes.start();
            try {
                for (int i = 0; i < 10; i++) {
                    float[] outputs = model.predict(examples);
                    for (float output : outputs) {
                        assertEquals(outputs[0], output, 1e-3f * Math.abs(outputs[0]));
                    }
                }
            } finally {
                done.set(true);
                changes.join();
            }
        }
    }
}
