package schuss.evaluation;

import java.util.Arrays;
import java.util.List;
import schuss.Model;
import schuss.data.augment.View;

/**
 * Predicts images in several fixed views and averages what comes out: of a classifier, probabilities.
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

    /** Of these views, which all count alike. */
    public static TestTimeAugmentation of(View... views) {
        return new TestTimeAugmentation(Arrays.asList(views));
    }

    /** Turned anticlockwise by each of these. */
    public static TestTimeAugmentation angles(double... degrees) {
        return new TestTimeAugmentation(
                Arrays.stream(degrees).mapToObj(View.plain()::rotate).toList());
    }

    /** In each of these sizes, where 1 is the image's own. */
    public static TestTimeAugmentation scales(double... factors) {
        return new TestTimeAugmentation(
                Arrays.stream(factors).mapToObj(View.plain()::scale).toList());
    }

    /** As it is and with left and right exchanged. */
    public static TestTimeAugmentation flips() {
        return of(View.plain(), View.plain().flip());
    }

    /** Five parts of this share of width and height: the corners and the middle. */
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
     * @param images one after another, as for {@link Model#predict(float[])}
     * @return as many rows as there are images
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
