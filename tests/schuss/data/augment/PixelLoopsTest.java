package schuss.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import schuss.DType;
import schuss.Philox;
import schuss.Shape;
import schuss.Spec;

/** Native loops over pixels against those in plain Java, and these against formulas of another form. */
@Tag("conformance")
class PixelLoopsTest {
    private static final PixelLoops PLAIN = new PlainPixelLoops();
    private static final double ROUNDING = 0x1p-24; // of one operation, relative

    private static float[] random(int size, int stream) {
        float[] values = new float[size];
        new Philox(5, stream).uniforms(values);
        return values;
    }

    private static Augmenter begin(String chain, Shape shape, PixelLoops loops) {
        return Augmentation.parse(chain).begin(new Spec("image", DType.F32, shape), 42, 3, loops);
    }

    static Stream<Shape> shapes() {
        return Stream.of(
                Shape.of(1, 1, 1),
                Shape.of(1, 7, 1),
                Shape.of(9, 1, 3),
                Shape.of(2, 2, 4),
                Shape.of(28, 28, 1),
                Shape.of(32, 32, 3),
                Shape.of(17, 53, 2),
                Shape.of(5, 300, 1),
                Shape.of(512, 512, 1));
    }

    @Test
    void nativeOnesAreFound() {
        assertEquals("NativePixelLoops", PlainPixelLoops.BEST.getClass().getSimpleName());
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void nativeMovesAreThePlainOnesToTheBit(Shape shape) {
        float[] image = random(Math.toIntExact(shape.size()), 1);
        for (String chain : new String[] {
            "flip:1,flip-vertical:1",
            "translate:0.3",
            "crop:2,rotate:180",
            "resized-crop:0.1",
            "affine:40:0.2:1:30",
            "elastic:8:4",
            "elastic:34:100",
            "elastic:3:0.1",
            "flip,rotate:15,elastic:8:2,translate:0.1,elastic:4:1@0.5,erase:0.3"
        }) {
            Augmenter plain = begin(chain, shape, PLAIN);
            Augmenter best = begin(chain, shape, PlainPixelLoops.BEST);
            for (int example = 0; example < (image.length > 10_000 ? 1 : 20); example++) {
                assertArrayEquals(plain.changed(example, image), best.changed(example, image), chain + " " + example);
            }
        }
    }

    /**
     * Both make sd sqrt(-2 ln(1 - u)) cos(2 pi v). Ours in float: the logarithm to 3 ulp, halved by the root, that and two
     * products and the cosine to 2 ulp of 1 are below 6 roundings of a radius of at most 5.8; the sum is another.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0.01, 1, 30})
    void nativeNoiseIsThePlainOneAlmost(double deviation) {
        for (int size : new int[] {1, 2, 63, 64, 65, 784, 3 * 32 * 32}) {
            float[] values = random(size, 2);
            float[] plain = values.clone();
            PixelLoops.Numbers numbers = new PixelLoops.Numbers(-7, 12, 3, (5L << 32) + 64);
            PLAIN.addNormals(numbers, (float) deviation, plain);
            PlainPixelLoops.BEST.addNormals(numbers, (float) deviation, values);
            float tolerance = (float) (ROUNDING * (6 * 5.8 * deviation + 2 * (1 + 5.8 * deviation)));
            assertArrayEquals(plain, values, tolerance);
        }
    }

    /**
     * What bilinear sampling is: the sum over all pixels of their value times max(0, 1 - |dx|) max(0, 1 - |dy|). Places are
     * rounded to floats, and differ by that times the image's steepness; then there are seven operations.
     */
    @ParameterizedTest
    @MethodSource("smallShapes")
    void samplingIsASumOfTents(Shape shape) {
        int height = (int) shape.dim(0);
        int width = (int) shape.dim(1);
        int channels = (int) shape.dim(2);
        double[] map = {0.8, -0.37, 1.3, 0.31, 1.1, -0.7};
        float[] image = random(Math.toIntExact(shape.size()), 3);
        float[] made = new float[image.length];
        float[] places = new float[2 * height * width];
        PLAIN.map(map, true, places, height, width);
        PLAIN.sample(places, image, made, 0, height, width, channels);
        double farthest = 2.0 * Math.max(height, width) + 2;
        for (int i = 0; i < height * width; i++) {
            double x = i % width - (width - 1) / 2.0;
            double y = i / width - (height - 1) / 2.0;
            double column = map[0] * x + map[1] * y + map[2] + (width - 1) / 2.0;
            double row = map[3] * x + map[4] * y + map[5] + (height - 1) / 2.0;
            for (int c = 0; c < channels; c++) {
                double sum = 0;
                for (int p = 0; p < height * width; p++) {
                    double tent =
                            Math.max(0, 1 - Math.abs(column - p % width)) * Math.max(0, 1 - Math.abs(row - p / width));
                    sum += tent * image[p * channels + c];
                }
                assertEquals(sum, made[i * channels + c], ROUNDING * (2 * farthest + 7), "pixel " + i);
            }
        }
    }

    static Stream<Shape> smallShapes() {
        return shapes().filter(shape -> shape.size() < 5000);
    }

    /** A sum over both axes at once, in double, where the loops go along one after the other. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 40})
    void fieldsAreSmoothedNumbers(int reach) {
        int height = 11;
        int width = 19;
        int plane = height * width;
        float[] window = random(2 * reach + 1, 4);
        double total = 0;
        for (float weight : window) {
            total += weight;
        }
        float[] field = new float[2 * plane];
        PixelLoops.Numbers numbers = new PixelLoops.Numbers(9, 8, 7, 1L << 33);
        PLAIN.field(numbers, 1.5f, window, field, new float[field.length], height, width);
        Philox random = new Philox(9, 8, 7);
        for (int i = 0; i < field.length; i++) {
            double sum = 0;
            for (int p = i / plane * plane; p < (i / plane + 1) * plane; p++) {
                int right = p % plane % width - i % plane % width;
                int down = p % plane / width - i % plane / width;
                if (Math.abs(right) <= reach && Math.abs(down) <= reach) {
                    sum += window[reach + right]
                            * window[reach + down]
                            * 1.5
                            * (2 * random.uniform((1L << 33) + p) - 1);
                }
            }
            double terms = 2 * (2 * reach + 1) + 2;
            assertEquals(sum, field[i], terms * ROUNDING * 1.5 * total * total, "number " + i);
        }
    }

    /** Of a constant field all places move alike, those from which it is not seen not at all. */
    @Test
    void placesAreDisplacedByWhatTheFieldHasThere() {
        int height = 4;
        int width = 6;
        int plane = height * width;
        float[] field = new float[2 * plane];
        Arrays.fill(field, 0, plane, 0.25f);
        Arrays.fill(field, plane, 2 * plane, -2);
        float[] places = new float[2 * plane];
        PLAIN.map(new double[] {1, 0, 3, 0, 1, 0}, true, places, height, width);
        float[] before = places.clone();
        PLAIN.displace(field, places, height, width);
        for (int i = 0; i < plane; i++) {
            boolean seen = before[i] <= (width - 1) / 2.0;
            assertEquals(before[i] + (seen ? 0.25 : 0), places[i], "x " + i);
            assertEquals(before[plane + i] - (seen ? 2 : 0), places[plane + i], "y " + i);
        }
        assertFalse(Arrays.equals(before, places));
    }
}
