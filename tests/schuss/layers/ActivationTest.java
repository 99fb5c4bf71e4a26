package schuss.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;

/** Activations at -4, -1, 0, 1 and 4 against their formulas, worked out to seven digits. */
@Tag("device")
final class ActivationTest {
    private static final float[] X = {-4, -1, 0, 1, 4};

    static List<Arguments> activations() {
        return List.of(
                Arguments.of(new Relu(), new double[] {0, 0, 0, 1, 4}),
                Arguments.of(new LeakyRelu(0.1), new double[] {-0.4, -0.1, 0, 1, 4}),
                Arguments.of(new Sigmoid(), new double[] {0.01798621, 0.2689414, 0.5, 0.7310586, 0.9820138}),
                Arguments.of(new Tanh(), new double[] {-0.9993293, -0.7615942, 0, 0.7615942, 0.9993293}),
                Arguments.of(new Elu(2), new double[] {-1.963369, -1.264241, 0, 1, 4}),
                Arguments.of(new Selu(), new double[] {-1.725899, -1.111331, 0, 1.050701, 4.202804}),
                Arguments.of(new Silu(), new double[] {-0.07194484, -0.2689414, 0, 0.7310586, 3.928055}),
                Arguments.of(new Gelu(), new double[] {-0.0001266850, -0.1586553, 0, 0.8413447, 3.999873}),
                Arguments.of(new Gelu(true), new double[] {-0.00007024595, -0.1588080, 0, 0.8411920, 3.999930}),
                Arguments.of(new Softplus(), new double[] {0.01814993, 0.3132617, 0.6931472, 1.313262, 4.018150}),
                Arguments.of(new HardSigmoid(), new double[] {0, 0.3333333, 0.5, 0.6666667, 1}));
    }

    @ParameterizedTest
    @MethodSource("activations")
    void values(Layer activation, double[] expected) {
        try (Device cpu = TestDevice.open();
                Device reference = Device.reference()) {
            for (Device device : List.of(cpu, reference)) {
                try (Model model = Model.create(activation, Shape.of(X.length), device, 1)) {
                    float[] y = model.predict(X);
                    for (int i = 0; i < X.length; i++) {
                        // seven digits; and 1 + erf, 1 + tanh leave a rounding error of 1 beside a small sum
                        assertEquals(expected[i], y[i], 1e-6 * Math.abs(expected[i]) + 3e-7, device + " at " + X[i]);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refuses(double value) {
        assertThrows(IllegalArgumentException.class, () -> new Elu(value));
        assertThrows(IllegalArgumentException.class, () -> new LeakyRelu(value));
    }

    static List<Double> bad() {
        return List.of(-1.0, Double.NaN, Double.POSITIVE_INFINITY);
    }
}
