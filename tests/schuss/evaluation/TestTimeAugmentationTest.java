package schuss.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;
import schuss.data.augment.View;
import schuss.train.Digits;

/** Predictions averaged over views against those of single views. */
@Tag("device")
class TestTimeAugmentationTest {
    private static final Shape IMAGE = Shape.of(8, 8, 1);

    private static float[] images(int count) {
        float[] images = new float[64 * count];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) Math.sin(0.37 * i);
        }
        return images;
    }

    @Test
    void averagesTheViews() {
        try (Device device = TestDevice.open();
                Model model = Digits.model(device)) {
            float[] images = images(5);
            float[] plain = model.predict(images);
            assertArrayEquals(plain, TestTimeAugmentation.angles(0).predict(model, images), 1e-6f);
            float[] mean = new float[plain.length];
            for (double angle : new double[] {-15, 0, 15}) {
                float[] seen = model.predict(View.plain().rotate(angle).of(IMAGE, images));
                for (int i = 0; i < mean.length; i++) {
                    mean[i] += seen[i] / 3;
                }
            }
            float[] turned = TestTimeAugmentation.angles(-15, 0, 15).predict(model, images);
            assertArrayEquals(mean, turned, 1e-5f);
            assertFalse(Arrays.equals(plain, turned));
        }
    }

    @Test
    void flipsMakePredictionsBlindToThem() {
        try (Device device = TestDevice.open();
                Model model = Digits.model(device)) {
            float[] images = images(3);
            float[] mirrored = View.plain().flip().of(IMAGE, images);
            TestTimeAugmentation flips = TestTimeAugmentation.flips();
            assertArrayEquals(flips.predict(model, images), flips.predict(model, mirrored), 1e-6f);
        }
    }

    @Test
    void wholeCropsAndEqualSizesChangeNothing() {
        try (Device device = TestDevice.open();
                Model model = Digits.model(device)) {
            float[] images = images(2);
            float[] plain = model.predict(images);
            assertArrayEquals(plain, TestTimeAugmentation.crops(1).predict(model, images), 1e-5f);
            assertArrayEquals(plain, TestTimeAugmentation.scales(1, 1).predict(model, images), 1e-5f);
            float[] parts = TestTimeAugmentation.crops(0.75).predict(model, images);
            assertFalse(Arrays.equals(plain, parts));
            assertThrows(IllegalArgumentException.class, () -> TestTimeAugmentation.of());
            assertThrows(IllegalArgumentException.class, () -> TestTimeAugmentation.crops(0));
        }
    }
}
