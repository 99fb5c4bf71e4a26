package schuss.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.Device;
import schuss.LogRecords;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.layers.Dense;
import schuss.layers.Flatten;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Sgd;

/** How often programs are compiled: each of them once. */
@Tag("device")
class CompilationTest {
    private static final Shape IMAGE = Shape.of(2, 2, 1);

    /** Bytes, as images are stored. */
    private record Bytes(int size) implements Dataset {
        @Override
        public Spec input() {
            return new Spec("image", DType.U8, IMAGE);
        }

        @Override
        public Spec target() {
            return new Spec("label", DType.I32, Shape.of());
        }

        @Override
        public int classes() {
            return 3;
        }

        @Override
        public void read(int index, int row, ByteBuffer inputs, ByteBuffer targets) {
            for (int i = 0; i < 4; i++) {
                inputs.put(4 * row + i, (byte) (37 * index + 11 * i));
            }
            targets.putInt(Integer.BYTES * row, index % 3);
        }
    }

    private static Dataset numbers(int size) {
        float[] x = new float[4 * size];
        int[] labels = new int[size];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(i);
            labels[i / 4] = i / 4 % 3;
        }
        return Dataset.of(x, IMAGE, labels, 3);
    }

    /** What was compiled until the end of each epoch. */
    private static List<List<String>> compiled(Dataset train, Dataset validation) {
        List<List<String>> byEpoch = new ArrayList<>();
        try (Device device = TestDevice.open();
                Model model = Model.create(Sequential.of(new Flatten(), new Dense(3)), IMAGE, device, 1);
                LogRecords log = new LogRecords("schuss", Level.FINE)) {
            Callback listener = new Callback() {
                @Override
                public void onEpoch(Epoch epoch) {
                    byEpoch.add(log.messages().stream()
                            .filter(line -> line.startsWith("compiled"))
                            .map(line -> line.substring(0, line.indexOf(':')))
                            .toList());
                }
            };
            Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(0.1))
                    .withBatchSize(32)
                    .withEpochs(5)
                    .withValidation(validation)
                    .withCallback(listener)
                    .fit(train);
        }
        return byEpoch;
    }

    /** @param programs one of them checks what updates have made */
    private static void expectOnce(List<List<String>> byEpoch, int programs) {
        assertEquals(5, byEpoch.size());
        for (List<String> names : byEpoch) {
            assertEquals(programs, names.size(), names.toString());
        }
        List<String> names = byEpoch.get(0);
        assertEquals(new HashSet<>(names).size(), names.size(), names.toString());
    }

    @Test
    void trainingAndValidationOfOneSize() {
        expectOnce(compiled(numbers(64), numbers(32)), 3);
    }

    /** The last batches are smaller, and validation goes in batches of its own size. */
    @Test
    void batchesOfOtherSizes() {
        expectOnce(compiled(numbers(70), numbers(300)), 5);
    }

    @Test
    void weightsInTrainingOnly() {
        float[] weights = new float[70];
        java.util.Arrays.fill(weights, 0.5f);
        expectOnce(compiled(numbers(70).withWeights(weights), numbers(300)), 5);
    }

    @Test
    void bytesInTrainingAndNumbersInValidation() {
        expectOnce(compiled(new Bytes(70), numbers(300)), 5);
    }
}
