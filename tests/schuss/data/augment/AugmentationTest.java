package schuss.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;

/** Random changes of images against what their definitions say. */
class AugmentationTest {
    private static final int SIDE = 9;
    private static final Augmentation NONE = Augmentation.none();

    private static Augmenter begin(Augmentation augmentation, int height, int width, int channels) {
        return augmentation.begin(new Spec("image", DType.F32, Shape.of(height, width, channels)), 42, 1);
    }

    private static Augmenter begin(Augmentation augmentation) {
        return begin(augmentation, SIDE, SIDE, 1);
    }

    private static float[] numbered(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = i + 1;
        }
        return values;
    }

    private static float[] constant(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return values;
    }

    /** A soft spot, so many pixels right of and below the centre. */
    private static float[] spot(int side, double x, double y) {
        float[] values = new float[side * side];
        for (int i = 0; i < values.length; i++) {
            double dx = i % side - (side - 1) / 2.0 - x;
            double dy = i / side - (side - 1) / 2.0 - y;
            values[i] = (float) Math.exp(-(dx * dx + dy * dy) / 8);
        }
        return values;
    }

    /** Where the middle of all that is bright lies, right of and below the centre. */
    private static double[] middle(int side, float... image) {
        double sum = 0;
        double x = 0;
        double y = 0;
        for (int i = 0; i < image.length; i++) {
            sum += image[i];
            x += image[i] * (i % side - (side - 1) / 2.0);
            y += image[i] * (i / side - (side - 1) / 2.0);
        }
        return new double[] {x / sum, y / sum};
    }

    @Test
    void flipsMirrorToTheBit() {
        float[] image = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}; // 2 x 3 x 2
        assertArrayEquals(
                new float[] {5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8},
                begin(NONE.flip(1), 2, 3, 2).changed(0, image));
        assertArrayEquals(
                new float[] {7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6},
                begin(NONE.flipVertical(1), 2, 3, 2).changed(0, image));
    }

    @Test
    void probabilitiesAreThoseAskedFor() {
        for (Augmentation third : new Augmentation[] {
            NONE.flip(0.3),
            NONE.noise(0.1).withProbability(0.3),
            NONE.rotate(90).withProbability(0.3)
        }) {
            Augmenter augmenter = begin(third);
            float[] image = numbered(SIDE * SIDE);
            int changed = 0;
            for (int i = 0; i < 3000; i++) {
                changed += Arrays.equals(image, augmenter.changed(i, image)) ? 0 : 1;
            }
            assertEquals(900, changed, 4 * Math.sqrt(3000 * 0.3 * 0.7), third.toString());
        }
    }

    @Test
    void cropsAreWholeShiftsOfAllKinds() {
        Augmenter augmenter = begin(NONE.crop(2));
        float[] image = numbered(SIDE * SIDE);
        Set<Integer> shifts = new HashSet<>();
        for (int example = 0; example < 600; example++) {
            float[] changed = augmenter.changed(example, image);
            int centre = SIDE / 2 * SIDE + SIDE / 2;
            int shift = (int) changed[centre] - 1 - centre;
            int down = Math.floorDiv(shift + SIDE / 2, SIDE);
            int right = shift - down * SIDE;
            assertTrue(Math.abs(down) <= 2 && Math.abs(right) <= 2, "shift: " + shift);
            shifts.add(shift);
            for (int i = 0; i < image.length; i++) {
                int row = i / SIDE + down;
                int column = i % SIDE + right;
                boolean within = row >= 0 && row < SIDE && column >= 0 && column < SIDE;
                assertEquals(within ? image[row * SIDE + column] : 0, changed[i], "pixel " + i);
            }
        }
        assertEquals(25, shifts.size());
    }

    @Test
    void turnsStayInRangeAndKeepDistances() {
        int side = 33;
        Augmenter augmenter = begin(NONE.rotate(15), side, side, 1);
        float[] image = spot(side, 8, 0);
        double least = 0;
        double most = 0;
        for (int example = 0; example < 300; example++) {
            double[] at = middle(side, augmenter.changed(example, image));
            assertEquals(8, Math.hypot(at[0], at[1]), 0.01);
            double angle = Math.toDegrees(Math.atan2(-at[1], at[0]));
            least = Math.min(least, angle);
            most = Math.max(most, angle);
        }
        assertEquals(-14.7, least, 0.4);
        assertEquals(14.7, most, 0.4);
    }

    @Test
    void affineScalesMovesAndShears() {
        int side = 41;
        float[] image = spot(side, 6, 4);
        for (int example = 0; example < 200; example++) {
            double[] scaled =
                    middle(side, begin(NONE.affine(0, 0, 0.5, 0), side, side, 1).changed(example, image));
            double factor = scaled[0] / 6;
            assertTrue(factor > 1 / 1.51 && factor < 1.51, "factor: " + factor);
            assertEquals(4 * factor, scaled[1], 0.1); // fewer pixels, a coarser middle
            double[] moved =
                    middle(side, begin(NONE.affine(0, 0.1, 0, 0), side, side, 1).changed(example, image));
            assertTrue(Math.abs(moved[0] - 6) <= 4.11 && Math.abs(moved[1] - 4) <= 4.11, Arrays.toString(moved));
            double[] sheared =
                    middle(side, begin(NONE.affine(0, 0, 0, 45), side, side, 1).changed(example, image));
            assertEquals(4, sheared[1], 0.02);
            assertTrue(Math.abs(sheared[0] - 6) <= 4.02, Arrays.toString(sheared));
        }
    }

    @Test
    void resizedCropsLookWithinTheImage() {
        Augmenter augmenter = begin(NONE.resizedCrop(0.3));
        float[] white = constant(SIDE * SIDE, 1);
        float[] image = numbered(SIDE * SIDE);
        boolean differ = false;
        for (int example = 0; example < 200; example++) {
            assertArrayEquals(white, augmenter.changed(example, white), 1e-6f);
            differ |= !Arrays.equals(image, augmenter.changed(example, image));
        }
        assertTrue(differ);
    }

    /** A ramp shows the field itself; smoothing n uniform numbers leaves alpha^2 / 3 * (sum of squared weights). */
    @Test
    void elasticFieldsHaveTheirVariance() {
        int side = 29;
        double alpha = 4;
        double sigma = 2;
        double sum = 0;
        double squares = 0;
        for (int k = -6; k <= 6; k++) {
            double weight = Math.exp(-k * k / (2 * sigma * sigma));
            sum += weight;
            squares += weight * weight;
        }
        double expected = alpha * alpha / 3 * Math.pow(squares / (sum * sum), 2);
        float[] ramp = new float[side * side];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = i % side;
        }
        Augmenter augmenter = begin(NONE.elastic(alpha, sigma), side, side, 1);
        int count = 4000;
        double variance = 0;
        double mean = 0;
        for (int example = 0; example < count; example++) {
            double shift = augmenter.changed(example, ramp)[side / 2 * side + side / 2] - side / 2;
            mean += shift / count;
            variance += shift * shift / count;
        }
        assertEquals(0, mean, 4 * Math.sqrt(expected / count));
        assertEquals(expected, variance, 4 * expected * Math.sqrt(2.0 / count));
    }

    /** Eight turns of 45 degrees, each resampled, would leave a blur. */
    @Test
    void movesCombineIntoOneResampling() {
        View view = View.plain();
        for (int i = 0; i < 8; i++) {
            view = view.rotate(45);
        }
        float[] image = numbered(SIDE * SIDE);
        assertArrayEquals(image, view.of(Shape.of(SIDE, SIDE, 1), image), 1e-3f);
    }

    @Test
    void viewsAreTakenInTheirOrder() {
        Shape shape = Shape.of(3, 3, 1);
        float[] image = numbered(9);
        assertArrayEquals(
                new float[] {3, 6, 9, 2, 5, 8, 1, 4, 7}, View.plain().rotate(90).of(shape, image), 1e-5f);
        View flipThenCrop = View.plain().flip().crop(0.5, -1, 0);
        float[] cropThenFlip =
                View.plain().flip().of(shape, View.plain().crop(0.5, 1, 0).of(shape, image));
        assertArrayEquals(cropThenFlip, flipThenCrop.of(shape, image), 1e-5f);
        assertFalse(
                Arrays.equals(cropThenFlip, View.plain().crop(0.5, -1, 0).flip().of(shape, image)));
        assertArrayEquals(
                new float[] {0, 0, 0, 0, 5, 0, 0, 0, 0},
                View.plain().scale(1.0 / 3).of(shape, image),
                1e-5f);
    }

    @Test
    void coloursAreScaled() {
        float[] image = {0.1f, 0.2f, 0.6f, 0.5f, 0.4f, 0.3f};
        Augmenter brightness = begin(NONE.colour(0.4, 0, 0), 1, 2, 3);
        Augmenter contrast = begin(NONE.colour(0, 0.4, 0), 1, 2, 3);
        Augmenter saturation = begin(NONE.colour(0, 0, 0.4), 1, 2, 3);
        for (int example = 0; example < 50; example++) {
            float[] bright = brightness.changed(example, image);
            double factor = bright[0] / image[0];
            assertTrue(factor >= 0.6 && factor <= 1.4, "factor: " + factor);
            float[] steep = contrast.changed(example, image);
            double slope = (steep[2] - steep[0]) / 0.5;
            float[] vivid = saturation.changed(example, image);
            for (int i = 0; i < image.length; i++) {
                assertEquals(factor * image[i], bright[i], 1e-5);
                assertEquals(0.35 + slope * (image[i] - 0.35), steep[i], 1e-5);
            }
            for (int i = 0; i < image.length; i += 3) { // what is grey stays
                assertEquals(
                        0.299 * image[i] + 0.587 * image[i + 1] + 0.114 * image[i + 2],
                        0.299 * vivid[i] + 0.587 * vivid[i + 1] + 0.114 * vivid[i + 2],
                        1e-5);
            }
        }
    }

    @Test
    void noiseIsNormal() {
        int side = 100;
        float[] noise = begin(NONE.noise(0.3), side, side, 1).changed(7, new float[side * side]);
        double mean = 0;
        double square = 0;
        int within = 0;
        for (float value : noise) {
            mean += value / noise.length;
            square += value * value / noise.length;
            within += Math.abs(value) < 0.3 ? 1 : 0;
        }
        assertEquals(0, mean, 4 * 0.3 / side);
        assertEquals(0.09, square, 4 * 0.09 * Math.sqrt(2) / side);
        assertEquals(0.6827, (double) within / noise.length, 0.02);
    }

    @Test
    void erasesOneRectangle() {
        int side = 20;
        Augmenter augmenter = begin(NONE.erase(0.25), side, side, 2);
        float[] white = constant(2 * side * side, 1);
        int erased = 0;
        for (int example = 0; example < 200; example++) {
            float[] changed = augmenter.changed(example, white);
            int count = 0;
            int top = side;
            int bottom = -1;
            int left = side;
            int right = -1;
            for (int i = 0; i < side * side; i++) {
                assertEquals(changed[2 * i], changed[2 * i + 1]);
                if (changed[2 * i] == 0) {
                    count++;
                    top = Math.min(top, i / side);
                    bottom = Math.max(bottom, i / side);
                    left = Math.min(left, i % side);
                    right = Math.max(right, i % side);
                }
            }
            assertEquals(Math.max(0, bottom - top + 1) * Math.max(0, right - left + 1), count);
            assertTrue(count <= 0.25 * side * side + side, "erased: " + count);
            erased += count;
        }
        assertEquals(0.125 * side * side, erased / 200.0, 12);
    }

    @Test
    void drawsFollowFromSeedEpochAndExample() {
        Augmentation chain = NONE.flip(0.5).rotate(15).elastic(4, 2).noise(0.1).erase(0.3);
        Spec spec = new Spec("image", DType.F32, Shape.of(SIDE, SIDE, 1));
        float[] image = numbered(SIDE * SIDE);
        float[] third = chain.begin(spec, 42, 1).changed(3, image);
        Augmenter other = chain.begin(spec, 42, 1);
        other.changed(9, image);
        assertArrayEquals(third, other.changed(3, image));
        assertFalse(Arrays.equals(third, other.changed(4, image)));
        assertFalse(Arrays.equals(third, chain.begin(spec, 42, 2).changed(3, image)));
        assertFalse(Arrays.equals(third, chain.begin(spec, 43, 1).changed(3, image)));
    }

    @Test
    void bytesAreRoundedAndLimited() {
        Spec spec = new Spec("image", DType.U8, Shape.of(16, 16, 1));
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        ByteBuffer batch = ByteBuffer.allocate(3 * 256).order(ByteOrder.nativeOrder());
        batch.put(256, all);
        NONE.noise(1).withProbability(0).begin(spec, 42, 1).change(5, 1, batch);
        byte[] same = new byte[256];
        batch.get(256, same);
        assertArrayEquals(all, same);
        Augmenter noisy = NONE.noise(0.5).begin(spec, 42, 1);
        float[] pixels = new float[256];
        for (int i = 0; i < 256; i++) {
            pixels[i] = i / 255f;
        }
        float[] expected = noisy.changed(5, pixels);
        noisy.change(5, 1, batch);
        for (int i = 0; i < 256; i++) {
            float limited = Math.max(0, Math.min(1, expected[i]));
            assertEquals(Math.round(255 * limited), Byte.toUnsignedInt(batch.get(256 + i)), "pixel " + i);
            assertEquals(0, batch.get(i));
            assertEquals(0, batch.get(512 + i));
        }
    }

    /** A step that is never taken leaves those before it their draws. */
    @Test
    void stepsOfAChainDrawForThemselves() {
        float[] image = numbered(SIDE * SIDE);
        Augmenter two = begin(Augmentation.parse("rotate:15@0.5,noise:0.1@0.5"));
        Augmenter four = begin(Augmentation.parse("rotate:15@0.5,noise:0.1@0.5,elastic:5:2@0,erase:0.5@0"));
        int same = 0;
        for (int example = 0; example < 400; example++) {
            assertArrayEquals(two.changed(example, image), four.changed(example, image));
            same += Arrays.equals(image, two.changed(example, image)) ? 1 : 0;
        }
        assertEquals(100, same, 4 * Math.sqrt(400 * 0.25 * 0.75)); // neither of two
    }

    /** Bytes go to the same places in a batch on Java's heap and outside of it. */
    @ParameterizedTest
    @ValueSource(strings = {"F32", "U8"})
    void anyBufferWillDo(DType type) {
        Augmenter augmenter =
                Augmentation.parse("rotate:30,noise:0.1").begin(new Spec("image", type, Shape.of(7, 5, 2)), 42, 1);
        int bytes = 3 * 70 * type.bytes();
        ByteBuffer heap = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        for (int i = 0; i < bytes / type.bytes(); i++) {
            if (type == DType.U8) {
                heap.put(i, (byte) (3 * i));
            } else {
                heap.putFloat(i * Float.BYTES, i / 210f);
            }
        }
        direct.put(0, heap, 0, bytes);
        for (int row : new int[] {2, 0}) {
            augmenter.change(9, row, heap);
            augmenter.change(9, row, direct);
        }
        heap.position(3); // is nobody's business
        augmenter.change(4, 1, heap);
        augmenter.change(4, 1, direct);
        assertEquals(heap.clear(), direct);
    }

    @Test
    void refusesWhatIsNoImage() {
        Spec row = new Spec("input", DType.F32, Shape.of(9));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> NONE.flip(1).begin(row, 42, 1));
        assertEquals(
                "augmentation: expected images (height, width, channels) of type U8 or F32, got (9) of type F32",
                e.getMessage());
        assertThrows(IllegalStateException.class, () -> NONE.withProbability(0.5));
    }
}
