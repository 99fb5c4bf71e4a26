package schuss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.Device;
import schuss.Model;
import schuss.optim.Adam;
import schuss.optim.Sgd;

/** Averages of the weights over the updates. */
@Tag("device")
class AverageTest {
    private static final String WEIGHT = "0.dense/weight";
    private static final String BIAS = "0.dense/bias";
    private static final String LAST = "2.dense/weight";

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void averagesFollowTheirRecurrence(Device device) {
        try (device) {
            for (boolean uniform : new boolean[] {false, true}) {
                try (Model averaged = Toy.model(device);
                        Model raw = Toy.model(device)) {
                    Trainer one = Toy.trainer(averaged, new Adam(0.05)).withValidation(Toy.data(20));
                    one = uniform ? one.withAverageWeights() : one.withAverageWeights(0.8);
                    Trainer twin = Toy.trainer(raw, new Adam(0.05));
                    double[] expected = doubles(averaged.parameter(WEIGHT));
                    for (int t = 1; t <= 12; t++) { // an epoch is a step here
                        History history = one.fit(Toy.data(40));
                        twin.fit(Toy.data(40));
                        float[] w = raw.parameter(WEIGHT); // training goes on with these, not with the averages
                        double share = uniform ? 1.0 / t : 0.2;
                        for (int i = 0; i < w.length; i++) {
                            expected[i] += share * (w[i] - expected[i]);
                        }
                        assertArrayEquals(expected, doubles(averaged.parameter(WEIGHT)), 1e-6, "step " + t);
                        assertEquals(
                                Toy.trainer(averaged, new Sgd(0))
                                        .evaluate(Toy.data(20))
                                        .get("loss"),
                                history.last().value("validation loss"),
                                1e-12);
                    }
                    averaged.setParameter(WEIGHT, new float[24]); // training and average begin anew from these
                    raw.setParameter(WEIGHT, new float[24]);
                    for (String path : List.of(BIAS, LAST, "2.dense/bias")) {
                        raw.setParameter(path, averaged.parameter(path));
                    }
                    float[] before = averaged.parameter(LAST);
                    one.fit(Toy.data(40));
                    twin.fit(Toy.data(40));
                    float[] w = raw.parameter(LAST);
                    float[] a = averaged.parameter(LAST);
                    for (int i = 0; i < w.length; i++) {
                        assertEquals(before[i] + (uniform ? 1 : 0.2) * (w[i] - before[i]), a[i], 1e-6);
                    }
                }
            }
        }
    }

    private static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        Arrays.setAll(result, i -> values[i]);
        return result;
    }
}
