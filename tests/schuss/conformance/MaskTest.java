package schuss.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.Device;
import schuss.Philox;
import schuss.Shape;
import schuss.TestDevice;
import schuss.ops.Dropout;
import schuss.ops.Type;

/** Java and the native library draw the same bits: seen through dropout, whose threshold can sit on any of them. */
@Tag("conformance")
@Tag("device")
class MaskTest {
    @Test
    void uniformNumbersAreTheSameBits() {
        long seed = 0xabcdef0123456L;
        int step = 77;
        int stream = 12;
        int n = 203;
        Philox random = new Philox(seed, stream, step);
        double[] ones = Operand.constant(1, n).values(new java.util.Random(1));
        try (Device device = TestDevice.open()) {
            Machine machine = new Machine(device);
            for (int i = 0; i < n; i++) {
                double uniform = random.uniform(i); // a multiple of 2^-24, and so is any float in [0.5, 1)
                if (uniform > 0 && uniform < 1 - 0x1p-23) {
                    assertEquals(
                            1 / (1 - (float) uniform),
                            kept(machine, uniform, ones, seed, step, stream)[i],
                            1e-6 / (1 - uniform) / (1 - uniform));
                    assertEquals(0, kept(machine, uniform + 0x1p-24, ones, seed, step, stream)[i]);
                }
            }
        }
    }

    private static double[] kept(Machine machine, double rate, double[] x, long seed, int step, int stream) {
        Steps steps = new Steps();
        steps.apply(
                new Dropout(rate, stream),
                List.of(steps.input(Type.f32(Shape.of(x.length))), steps.input(new Type(DType.I64, Shape.of(2)))));
        return machine.run(steps.steps().get(0), new double[][] {x, {seed, step}})[0];
    }
}
