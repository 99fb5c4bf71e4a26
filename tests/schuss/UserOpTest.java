package schuss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.layers.Layer;
import schuss.ops.Op;
import schuss.ops.Type;
import schuss.ops.Value;

/** An op from outside: a record, and a kernel in plain Java that runs on every device. */
@Tag("device")
final class UserOpTest {
    /** y[i] = x[0] + ... + x[i], over all elements. */
    record CumulativeSum() implements Op {
        @Override
        public List<Type> infer(List<Type> inputs) {
            return inputs;
        }
    }

    private static final Layer LAYER = (scope, x) -> Value.of(new CumulativeSum(), x);

    private static void sum(CumulativeSum op, double[][] x, double[][] y) {
        double sum = 0;
        for (int i = 0; i < y[0].length; i++) {
            sum += x[0][i];
            y[0][i] = sum;
        }
    }

    @Test
    void runsOnEveryDevice() {
        try (Device cpu = TestDevice.open();
                Device reference = Device.reference()) {
            for (Device device : List.of(cpu, reference)) {
                device.register(CumulativeSum.class, UserOpTest::sum);
                try (Model model = Model.create(LAYER, Shape.of(4), device, 1)) {
                    assertArrayEquals(new float[] {1, 3, 6, 10}, model.predict(new float[] {1, 2, 3, 4}));
                }
            }
        }
    }

    @Test
    void withoutAKernelTheOpAndTheDeviceAreNamed() {
        try (Device device = TestDevice.open();
                Model model = Model.create(LAYER, Shape.of(4), device, 1)) {
            String message = assertThrows(IllegalStateException.class, () -> model.predict(new float[4]))
                    .getMessage();
            assertTrue(
                    message.contains("CumulativeSum")
                            && message.contains(device.backend().name()),
                    message);
        }
    }

    @Test
    void theReferenceHasNoAddresses() {
        try (Device device = Device.reference()) {
            assertThrows(
                    IllegalStateException.class,
                    () -> device.registerNative(CumulativeSum.class, (op, step, threads) -> at -> () -> {}));
        }
    }
}
