package schuss.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.losses.MeanSquaredError;
import schuss.ops.Value;
import schuss.optim.Sgd;
import schuss.train.NotFiniteException;
import schuss.train.Trainer;

/** Numbers that a model keeps beside its parameters, and values made once per version of the weights. */
@Tag("device")
class StateTest {
    /** Subtracts the running mean of what it saw in training, scaled by a weight squared: a derived value. */
    private record Centred() implements Layer {
        @Override
        public Value forward(Scope scope, Value x) {
            int features = x.shape().dim(-1);
            Value mean = scope.state("mean", Shape.of(features), 0.5);
            Value weight = scope.weight("weight", Shape.of(features), schuss.initializers.Initializer.constant(1));
            if (scope.batchStatistics()) {
                scope.update(mean, x.mean(0), 0.25);
                return x.mul(weight);
            }
            return x.sub(mean).mul(weight.square());
        }
    }

    private static Dataset data(float... x) {
        return Dataset.of(x, Shape.of(1), new float[x.length], Shape.of(1));
    }

    @Test
    void trainingMovesStatesAndPredictionReadsThem() {
        for (Device device : new Device[] {Device.reference(), TestDevice.open()}) {
            try (device;
                    Model model = Model.create(new Centred(), Shape.of(1), device, 1)) {
                Trainer trainer =
                        Trainer.of(model, new MeanSquaredError(), new Sgd(0)).withBatchSize(2);
                assertArrayEquals(new float[] {1.5f}, model.predict(new float[] {2}));
                trainer.fit(data(1, 3));
                assertArrayEquals(new float[] {0.875f}, model.parameter("mean")); // 0.5 + (2 - 0.5) / 4
                assertArrayEquals(new float[] {1.125f}, model.predict(new float[] {2}));
                trainer.evaluate(data(100, 300));
                trainer.gradients(data(100, 300));
                assertArrayEquals(new float[] {0.875f}, model.parameter("mean"));
                model.setParameter("weight", Float.NaN);
                assertThrows(NotFiniteException.class, () -> trainer.fit(data(5, 7)));
                assertArrayEquals(new float[] {0.875f}, model.parameter("mean"));
            }
        }
    }

    @Test
    void derivedValuesFollowTheWeights() {
        try (Device device = TestDevice.open();
                Model model = Model.create(new Centred(), Shape.of(1), device, 1)) {
            for (float weight : new float[] {1, 2, -3, 2}) {
                model.setParameter("weight", weight);
                for (int repeat = 0; repeat < 3; repeat++) {
                    assertEquals(1.5f * weight * weight, model.predict(new float[] {2})[0]);
                }
            }
            model.setParameter("mean", 2);
            assertEquals(0, model.predict(new float[] {2})[0]);
        }
    }

    @Test
    void statesAreSaved(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("model.safetensors");
        try (Device device = TestDevice.open()) {
            try (Model model = Model.create(new Centred(), Shape.of(1), device, 1)) {
                model.setParameter("mean", -7);
                model.save(file);
            }
            try (Model model = Model.load(file, new Centred(), Shape.of(1), device)) {
                assertArrayEquals(new float[] {-7}, model.parameter("mean"));
                assertArrayEquals(new float[] {9}, model.predict(new float[] {2}));
            }
        }
    }
}
