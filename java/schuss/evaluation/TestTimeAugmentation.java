package schuss.evaluation;

import java.util.Arrays;
import java.util.List;
import schuss.Model;
import schuss.data.augment.View;

/**
 * Test-time augmentation: predicts an image in several fixed views, such as turned or mirrored, and averages the
 * predictions. For a classifier these are probabilities.
 *
 * <pre>{@code
 * float[] probabilities = TestTimeAugmentation.angles(-15, 0, 15).predict(model, images);
 * }</pre>
 */
public final class TestTimeAugmentation {
    private final List<View> views;

    private TestTimeAugmentation(List<View> views) {
        if (views.isEmpty()) {
            throw new IllegalArgumentException("test-time augmentation: expected at least one view, got none");
        }
        this.views = List.copyOf(views);
    }

    /**
     * Averages over these views with equal weights.
     *
     * @param views at least one
     * @return the augmentation
     * @throws IllegalArgumentException if there is none
     */
    public static TestTimeAugmentation of(View... views) {
        return new TestTimeAugmentation(Arrays.asList(views));
    }

    /**
     * {@return one view per angle, turned anticlockwise}
     *
     * @param degrees the angles
     */
    public static TestTimeAugmentation angles(double... degrees) {
        return new TestTimeAugmentation(
                Arrays.stream(degrees).mapToObj(View.plain()::rotate).toList());
    }

    /**
     * {@return one view per size}
     *
     * @param factors of the image's own size; 1 leaves it as it is
     */
    public static TestTimeAugmentation scales(double... factors) {
        return new TestTimeAugmentation(
                Arrays.stream(factors).mapToObj(View.plain()::scale).toList());
    }

    /** {@return two views: the image as it is, and mirrored left to right} */
    public static TestTimeAugmentation flips() {
        return of(View.plain(), View.plain().flip());
    }

    /**
     * {@return five views: parts of the image at its four corners and in the middle}
     *
     * @param share the part of the width and of the height that each view shows
     */
    public static TestTimeAugmentation crops(double share) {
        View plain = View.plain();
        return of(
                plain.crop(share, 0, 0),
                plain.crop(share, -1, -1),
                plain.crop(share, 1, -1),
                plain.crop(share, -1, 1),
                plain.crop(share, 1, 1));
    }

    /**
     * The mean prediction over all views.
     *
     * @param model the model to ask
     * @param images one after the other, as for {@link Model#predict(float[])}
     * @return one row of outputs for each image
     */
    public float[] predict(Model model, float... images) {
        double[] sum = null;
        for (View view : views) {
            float[] seen = model.predict(view.of(model.input().shape(), images));
            sum = sum == null ? new double[seen.length] : sum;
            for (int i = 0; i < seen.length; i++) {
                sum[i] += seen[i];
            }
        }
        float[] mean = new float[sum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (sum[i] / views.size());
        }
        return mean;
    }
}
