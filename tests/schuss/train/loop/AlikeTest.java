package schuss.train.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.data.DataException;
import schuss.data.Dataset;
import schuss.data.Fields;
import schuss.layers.Dense;
import schuss.layers.Flatten;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Sgd;
import schuss.train.Trainer;

/** Data that teaches nothing is told from data that does. */
class AlikeTest {
    private static final int[] LABELS = {0, 1, 0, 1, 0, 1};

    private static Dataset images(int... values) {
        byte[] pixels = new byte[LABELS.length * 4];
        for (int i = 0; i < LABELS.length; i++) {
            Arrays.fill(pixels, i * 4, i * 4 + 4, (byte) values[i % values.length]);
        }
        return Dataset.of(pixels, Shape.of(2, 2, 1), LABELS, 2);
    }

    private static List<String> warnings(Dataset data) {
        try (Device device = Device.cpu(1);
                Model model = Model.create(
                        Sequential.of(new Flatten(), new Dense(2)), data.input().shape(), device, 1)) {
            return Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(0.1))
                    .withEpochs(2)
                    .fit(data)
                    .warnings();
        }
    }

    @Test
    void imagesThatAreAllTheSameAreWarnedOfOnce() {
        List<String> expected = List.of("all 6 images are alike: nothing tells them apart");
        assertEquals(expected, warnings(images(255)));
        assertEquals(expected, warnings(images(0)));
        assertEquals(List.of(), warnings(images(255, 254)));
        assertEquals(List.of(), warnings(images(7, 7, 7, 7, 7, 8)));
    }

    @Test
    void allInputsCount() {
        Dataset same = images(9);
        Dataset different = images(1, 2);
        Dataset both = new Fields()
                .input("one", same)
                .input("two", different)
                .target("label", same)
                .dataset();
        assertEquals(false, Alike.isAlike(both));
        assertEquals(
                true,
                Alike.isAlike(new Fields()
                        .input("one", same)
                        .target("label", different)
                        .dataset()));
    }

    @Test
    void oneExampleIsEnoughOfItself() {
        assertEquals(false, Alike.isAlike(images(9).take(1)));
        assertEquals(true, Alike.isAlike(images(9).take(2)));
    }

    /** Training says which example it is. */
    @Test
    void whatCannotBeReadIsNotKnown() {
        Dataset damaged = images(9).map(Shape.of(4), pixels -> {
            throw new DataException("damaged");
        });
        assertEquals(false, Alike.isAlike(damaged));
    }
}
