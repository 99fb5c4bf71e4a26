package schuss.backend.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.layers.LogSoftmax;
import schuss.layers.Softmax;

/** Where the oracle itself has to be careful. */
class ReferenceSoftmaxTest {
    @Test
    void softmaxOfLargeEqualNumbersIsUniform() {
        try (Device device = Device.reference();
                Model softmax = Model.create(new Softmax(), Shape.of(4), device, 1);
                Model logSoftmax = Model.create(new LogSoftmax(), Shape.of(4), device, 1)) {
            for (float x : new float[] {1e30f, -3e38f, 0}) {
                assertEquals(0.25f, softmax.predict(new float[] {x, x, x, x})[3]);
                assertEquals((float) -Math.log(4), logSoftmax.predict(new float[] {x, x, x, x})[0]);
            }
        }
    }
}
