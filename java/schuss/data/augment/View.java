package schuss.data.augment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import schuss.Shape;

/**
 * A fixed geometric change of images, such as a rotation, for test-time augmentation and for checks of invariance. It is
 * an immutable chain of moves, combined into one bilinear resampling; pixels from outside the image are 0.
 *
 * <pre>{@code
 * float[] turned = View.plain().rotate(-15).of(Shape.of(28, 28, 1), images);
 * }</pre>
 */
public final class View {
    private static final View PLAIN = new View(List.of());
    private static final int IMAGE_RANK = 3;

    private final List<Consumer<Warp>> moves;

    private View(List<Consumer<Warp>> moves) {
        this.moves = List.copyOf(moves);
    }

    /** {@return the view that changes nothing, to which moves are added} */
    public static View plain() {
        return PLAIN;
    }

    /**
     * {@return this view and a rotation about the centre}
     *
     * @param degrees the angle, anticlockwise; finite
     * @throws IllegalArgumentException if it is not finite
     */
    public View rotate(double degrees) {
        check("rotate", "finite angle", Double.isFinite(degrees), degrees);
        return with(warp -> warp.rotate(degrees));
    }

    /** {@return this view and a horizontal flip, which exchanges left and right} */
    public View flip() {
        return with(warp -> warp.linear(-1, 0, 0, 1));
    }

    /** {@return this view and a vertical flip, which exchanges top and bottom} */
    public View flipVertical() {
        return with(warp -> warp.linear(1, 0, 0, -1));
    }

    /**
     * {@return this view and an enlargement about the centre}
     *
     * @param factor the factor of the enlargement, finite and above 0
     * @throws IllegalArgumentException if it is out of range
     */
    public View scale(double factor) {
        check("scale", "finite factor above 0", factor > 0 && Double.isFinite(factor), factor);
        return with(warp -> warp.scale(factor));
    }

    /**
     * {@return this view and a crop: a part of the image is resized to the size of the image}
     *
     * @param share the share of width and height that is cut out, above 0 and at most 1
     * @param x the horizontal position: -1 at the left edge, 0 in the middle, 1 at the right edge
     * @param y the vertical position: -1 at the upper edge, 0 in the middle, 1 at the lower edge
     * @throws IllegalArgumentException if a number is out of range
     */
    public View crop(double share, double x, double y) {
        check("crop", "share above 0, at most 1", share > 0 && share <= 1, share);
        check("crop", "x of -1 to 1", Math.abs(x) <= 1, x);
        check("crop", "y of -1 to 1", Math.abs(y) <= 1, y);
        double rest = (1 - share) / 2;
        return with(warp -> warp.window(rest * x * (warp.width() - 1), rest * y * (warp.height() - 1), share, share));
    }

    private static void check(String what, String expected, boolean right, double got) {
        if (!right) {
            throw new IllegalArgumentException("view: " + what + ": expected a " + expected + ", got " + got);
        }
    }

    private View with(Consumer<Warp> move) {
        List<Consumer<Warp>> longer = new ArrayList<>(moves);
        longer.add(move);
        return new View(longer);
    }

    /**
     * {@return the changed images, one after another}
     *
     * @param image the shape of one image, (height, width, channels)
     * @param images the pixels of one or more images, one after another
     * @throws IllegalArgumentException if the shape is not that of an image or the pixels are not whole images
     */
    public float[] of(Shape image, float... images) {
        if (image.rank() != IMAGE_RANK || images.length % image.size() != 0) {
            throw new IllegalArgumentException(
                    "view: expected images (height, width, channels), got " + images.length + " numbers of " + image);
        }
        int height = Math.toIntExact(image.dim(0));
        int width = Math.toIntExact(image.dim(1));
        int channels = Math.toIntExact(image.dim(2));
        Warp warp = new Warp(height, width, PlainPixelLoops.BEST);
        for (int i = moves.size() - 1; i >= 0; i--) { // the last is told first
            moves.get(i).accept(warp);
        }
        if (!warp.isMoved()) {
            return images.clone();
        }
        warp.place();
        float[] seen = new float[images.length];
        for (int from = 0; from < images.length; from += height * width * channels) {
            warp.sample(images, seen, from, channels);
        }
        return seen;
    }
}
