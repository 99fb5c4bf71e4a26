package schuss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;
import schuss.backend.Backend;
import schuss.backend.runtime.ModelMemory;
import schuss.backend.runtime.Weights;
import schuss.data.Dataset;
import schuss.initializers.Initializer;
import schuss.internal.Inside;
import schuss.ir.Layout;
import schuss.layers.Dense;
import schuss.layers.Layer;
import schuss.layers.Sequential;
import schuss.losses.Loss;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.optim.AdamW;
import schuss.optim.Momentum;
import schuss.optim.Optimizer;
import schuss.optim.Sgd;

/** What draws weights to smaller ones beside the loss: decay, penalties, limits of their norm. */
@Tag("device")
class PenaltyTest {
    /** A loss without a slope: only penalties and decay move the weights. */
    private static final Loss FLAT =
            (output, target) -> output.map(e -> e.mul(0)).mean(-1);

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void penalties(Device device) {
        try (device;
                Model model = Model.create(new Dense(2), Shape.of(2), device, 1)) {
            Dataset data = Dataset.of(new float[] {1, 2}, Shape.of(2), new float[] {0, 0}, Shape.of(2));
            model.setParameter("bias", 1, -1);
            model.setParameter("weight", 1, -2, 0, 3);
            Trainer trainer = Trainer.of(model, FLAT, new Sgd(0.5).withWeightDecay(0.1))
                    .withL1(0.2)
                    .withL2(0.3);
            trainer.fit(data);
            assertArrayEquals(new float[] {1, -1}, model.parameter("bias"));
            // w - 0.5 * (0.2 * sign(w) + 0.4 * w)
            assertArrayEquals(new float[] {0.7f, -1.5f, 0, 2.3f}, model.parameter("weight"), 1e-6f);
            trainer.withL1(0).withL2(0).withGroup("bias", g -> g.withL1(1)).fit(data);
            assertArrayEquals(new float[] {0.5f, -0.5f}, model.parameter("bias"), 1e-6f);
            // decoupled: the penalty goes through the means, whose first step is the rate; the decay does not
            model.setParameter("weight", 1, -2, 0, 3);
            Trainer.of(model, FLAT, new AdamW(0.5).withWeightDecay(0.1))
                    .withL1(0.2)
                    .fit(data);
            assertArrayEquals(new float[] {0.45f, -1.4f, 0, 2.35f}, model.parameter("weight"), 1e-6f);
        }
    }

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void maxNorm(Device device) {
        try (device;
                Model model = Model.create(new Dense(3), Shape.of(2), device, 1)) {
            Dataset data = Dataset.of(new float[] {1, 2}, Shape.of(2), new float[] {0, 0, 0}, Shape.of(3));
            float[] start = {3, 1, 0, 4, 1, 0};
            model.setParameter("weight", start);
            model.setParameter("bias", 9, 9, 9);
            Trainer.of(model, FLAT, new Sgd(0.5)).withMaxNorm(2).fit(data);
            assertArrayEquals(new float[] {1.2f, 1, 0, 1.6f, 1, 0}, model.parameter("weight"), 1e-6f);
            assertEquals(1, model.parameter("weight")[1]); // below the limit: not a bit
            assertArrayEquals(new float[] {9, 9, 9}, model.parameter("bias"));
        }
        try (Device cpu = TestDevice.open();
                Model model = Toy.model(cpu)) {
            Toy.trainer(model, new Sgd(5)).withEpochs(20).withMaxNorm(0.7).fit(Toy.data(40));
            float[] w = model.parameter("0.dense/weight");
            for (int unit = 0; unit < 6; unit++) {
                double sum = 0;
                for (int i = unit; i < w.length; i += 6) {
                    sum += (double) w[i] * w[i];
                }
                assertTrue(Math.sqrt(sum) < 0.7 * (1 + 1e-6), "norm " + Math.sqrt(sum));
            }
        }
    }

    @Test
    void weightDecayLeavesBiasesAlone() {
        Layer layer = Sequential.of(new Dense(3).withWeights(Initializer.constant(1)));
        Dataset data = Dataset.of(new float[] {1, 2}, Shape.of(2), new float[] {0, 0, 0}, Shape.of(3));
        try (Device cpu = TestDevice.open();
                Device reference = Device.reference()) {
            for (Device device : new Device[] {cpu, reference}) {
                for (Optimizer optimizer :
                        new Optimizer[] {new Sgd(0.5).withWeightDecay(0.2), new Momentum(0.5, 0).withWeightDecay(0.2)
                        }) {
                    try (Model model = Model.create(layer, Shape.of(2), device, 1)) {
                        model.setParameter("0.dense/bias", 1, 2, 3);
                        Trainer.of(model, FLAT, optimizer).fit(data);
                        assertArrayEquals(new float[] {1, 2, 3}, model.parameter("0.dense/bias"));
                        float[] decayed = new float[6];
                        Arrays.fill(decayed, 0.9f);
                        assertArrayEquals(decayed, model.parameter("0.dense/weight"), 1e-6f);
                    }
                }
            }
        }
    }

    @Test
    void paddingStaysZero() {
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            for (Optimizer optimizer :
                    new Optimizer[] {new Adam(0.1).withWeightDecay(0.1), new Momentum(0.1, 0.9).withWeightDecay(0.1)}) {
                Trainer.of(model, new SoftmaxCrossEntropy(), optimizer)
                        .withBatchSize(8)
                        .withEpochs(5)
                        .fit(Unchecked.plain(50));
            }
            int size = (int) model.declarations().layout().size();
            try (Weights all = new Weights(Inside.of(device, Backend.class), model.declarations())) {
                Inside.of(model, ModelMemory.class).read(all);
                float[] values = new float[size];
                all.parameters().read(0, values, 0, size);
                for (Layout.Entry entry :
                        model.declarations().layout().entries().values()) {
                    int from = (int) entry.offset();
                    Arrays.fill(values, from, from + (int) entry.shape().size(), 0);
                }
                assertArrayEquals(new float[size], values);
            }
        }
    }
}
