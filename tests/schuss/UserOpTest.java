package schuss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.backend.Backend;
import schuss.internal.Inside;
import schuss.layers.Layer;
import schuss.ops.Op;
import schuss.ops.Type;
import schuss.ops.Value;

/** An op from outside: a record, and a kernel in plain Java that runs on every device. */
@Tag("device")
final class UserOpTest {
    /** The largest of x[0] ... x[i], over all elements. */
    record RunningMaximum() implements Op {
        @Override
        public List<Type> infer(List<Type> inputs) {
            return inputs;
        }
    }

    private static final Layer LAYER = (scope, x) -> Value.of(new RunningMaximum(), x);

    private static void maximum(RunningMaximum op, double[][] x, double[][] y) {
        for (int i = 0; i < y[0].length; i++) {
            y[0][i] = i == 0 ? x[0][i] : Math.max(x[0][i], y[0][i - 1]);
        }
    }

    @Test
    void runsOnEveryDevice() {
        try (Device cpu = TestDevice.open();
                Device reference = Device.reference()) {
            for (Device device : List.of(cpu, reference)) {
                device.register(RunningMaximum.class, UserOpTest::maximum);
                try (Model model = Model.create(LAYER, Shape.of(4), device, 1)) {
                    assertArrayEquals(new float[] {1, 3, 3, 4}, model.predict(new float[] {1, 3, 2, 4}));
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
                    message.contains("RunningMaximum")
                            && message.contains(Inside.of(device, Backend.class).name()),
                    message);
        }
    }

    @Test
    void theReferenceHasNoAddresses() {
        try (Device device = Device.reference()) {
            assertThrows(
                    IllegalStateException.class,
                    () -> device.registerNative(RunningMaximum.class, (op, step, threads) -> at -> () -> {}));
        }
    }
}
