package schuss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import schuss.data.Dataset;
import schuss.layers.BatchNorm;
import schuss.layers.Dense;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Adam;
import schuss.train.Trainer;

/** What one network has learnt serves another. */
class TransferTest {
    private static final int INPUTS = 40;
    private static final int CLASSES = 4;

    private Device device;

    @BeforeEach
    void open() {
        device = TestDevice.open();
    }

    @AfterEach
    void close() {
        device.close();
    }

    private Model model(int classes, long seed) {
        return Model.create(network(classes), Shape.of(INPUTS), device, seed);
    }

    private static Sequential network(int classes) {
        return Sequential.of(new Dense(24), new BatchNorm(), new Relu(), new Dense(6), new Relu(), new Dense(classes));
    }

    /** Each class is a direction of its own, hidden among much noise: which inputs matter is what there is to learn. */
    private static Dataset data(int count, int firstClass, long seed) {
        Random random = new Random(seed);
        float[] x = new float[count * INPUTS];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % CLASSES;
            for (int j = 0; j < INPUTS; j++) {
                x[i * INPUTS + j] = (float) random.nextGaussian();
            }
            int direction = firstClass + labels[i];
            // all classes, old and new, are told from the same three inputs
            for (int bit = 0; bit < 3; bit++) {
                x[i * INPUTS + bit] = (direction >> bit & 1) * 6 - 3 + x[i * INPUTS + bit] * 0.7f;
            }
        }
        return Dataset.of(x, Shape.of(INPUTS), labels, CLASSES);
    }

    private static Trainer trainer(Model model) {
        return Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01))
                .withMetric(new Accuracy())
                .withBatchSize(32);
    }

    @Test
    void parametersAndStatesOfEqualPathAndShapeAreTaken() {
        try (Model from = model(CLASSES, 1);
                Model to = model(5, 2)) {
            trainer(from).fit(data(64, 0, 1)); // running means are no longer what they began with
            float[] head = to.parameter("5.dense/weight");
            List<String> taken = to.copyWeights(from, "*");
            assertTrue(taken.contains("0.dense/weight"), taken.toString());
            assertTrue(
                    taken.containsAll(
                            from.declarations().stateLayout().entries().keySet()),
                    taken.toString());
            assertTrue(taken.stream().noneMatch(path -> path.startsWith("5.dense")), taken.toString());
            taken.forEach(path -> assertArrayEquals(from.parameter(path), to.parameter(path), path));
            assertArrayEquals(head, to.parameter("5.dense/weight"));
        }
    }

    @Test
    void aPatternChooses() {
        try (Model from = model(4, 1);
                Model to = model(4, 2)) {
            assertEquals(List.of("3.dense/weight", "3.dense/bias"), to.copyWeights(from, "3.dense"));
            assertTrue(!Arrays.equals(from.parameter("0.dense/weight"), to.parameter("0.dense/weight")));
        }
    }

    @Test
    void aPatternOfNothingIsRefused() {
        try (Model from = model(4, 1);
                Model to = model(5, 2)) {
            String message = assertThrows(IllegalArgumentException.class, () -> to.copyWeights(from, "5.dense"))
                    .getMessage();
            assertTrue(message.contains("\"5.dense\"") && message.contains("5.dense/weight=(6, 5)"), message);
        }
    }

    @Test
    void predictionsFollowWhatWasTaken() {
        try (Model from = model(4, 1);
                Model to = model(4, 2)) {
            float[] x = new float[INPUTS];
            Arrays.fill(x, 0.5f);
            float[] before = to.predict(x);
            to.copyWeights(from, "*");
            assertArrayEquals(from.predict(x), to.predict(x));
            assertTrue(!Arrays.equals(before, to.predict(x)));
        }
    }

    @Test
    void featuresAreALayersOutput() {
        try (Model whole = model(4, 1);
                Model upToRelu = Model.create(
                        Sequential.of(new Dense(24), new BatchNorm(), new Relu()), Shape.of(INPUTS), device, 3)) {
            upToRelu.copyWeights(whole, "*");
            float[] x = new float[300 * INPUTS]; // more than one part
            Random random = new Random(5);
            for (int i = 0; i < x.length; i++) {
                x[i] = random.nextFloat() - 0.5f;
            }
            assertArrayEquals(upToRelu.predict(x), whole.features("2.relu", x), 1e-5f);
            assertEquals(24, whole.features("2.relu", Arrays.copyOf(x, INPUTS)).length);
            // they follow the weights
            whole.setParameter("0.dense/bias", new float[24]);
            whole.setParameter("0.dense/weight", new float[INPUTS * 24]);
            float[] still = whole.features("0.dense", x);
            assertArrayEquals(new float[300 * 24], still);
        }
    }

    @Test
    void aLayerThatIsNotThereIsNamedWithThoseThatAre() {
        try (Model model = model(4, 1)) {
            String message = assertThrows(
                            IllegalArgumentException.class, () -> model.features("9.dense", new float[INPUTS]))
                    .getMessage();
            assertTrue(message.contains("\"9.dense\"") && message.contains("3.dense"), message);
        }
    }

    /** Few examples suffice where what they need has been learnt of others. */
    @Test
    void aTransferredNetworkLearnsOfFewExamplesWhatOneFromScratchDoesNot() {
        Dataset few = data(16, 4, 8);
        Dataset test = data(400, 4, 9);
        try (Model pretrained = model(CLASSES, 1);
                Model transferred = model(CLASSES, 2);
                Model scratch = model(CLASSES, 2)) {
            trainer(pretrained).withEpochs(20).fit(data(1000, 0, 7));
            transferred.copyWeights(pretrained, "0.dense");
            transferred.copyWeights(pretrained, "1.batchnorm");
            Trainer finetuning = trainer(transferred).withFrozen("0.dense").withEpochs(60);
            float[] frozen = transferred.parameter("0.dense/weight");
            finetuning.fit(few);
            assertArrayEquals(frozen, transferred.parameter("0.dense/weight"));
            Trainer alone = trainer(scratch).withEpochs(60);
            alone.fit(few);
            double with = finetuning.evaluate(test).get("accuracy");
            double without = alone.evaluate(test).get("accuracy");
            assertTrue(with > without, "transferred " + with + ", from scratch " + without);
        }
    }
}
