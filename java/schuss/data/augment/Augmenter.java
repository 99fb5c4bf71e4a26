package schuss.data.augment;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;

/**
 * Applies an {@link Augmentation} to the images of one epoch. The trainer uses it; use it directly to look at augmented
 * images. Not safe for several threads. It allocates next to no memory while it works.
 *
 * <pre>{@code
 * Augmenter augmenter = Augmentation.none().rotate(15).begin(data.input(), 42, 0);
 * float[] turned = augmenter.changed(7, pixels);
 * }</pre>
 */
public final class Augmenter {
    private static final int IMAGE_RANK = 3;
    private static final float WHITE = 255;
    private static final int BYTE = 0xFF;
    private static final float ROUND = 0.5f; // a cast cuts off

    private final List<Augmentation.Step> steps;
    private final double[][] arguments;
    private final Draws[] draws;
    private final Image image;
    private final byte[] bytes; // of one image; null where pixels are numbers
    private ByteBuffer viewed;
    private FloatBuffer view; // of what was viewed last

    Augmenter(Augmentation augmentation, Spec input, long seed, int epoch, PixelLoops loops) {
        Shape shape = input.shape();
        if (shape.rank() != IMAGE_RANK || (input.dtype() != DType.U8 && input.dtype() != DType.F32)) {
            throw new IllegalArgumentException("augmentation: expected images (height, width, channels) of type "
                    + DType.U8 + " or " + DType.F32 + ", got " + shape + " of type " + input.dtype());
        }
        steps = augmentation.steps();
        arguments = new double[steps.size()][];
        draws = new Draws[steps.size()];
        for (int i = 0; i < draws.length; i++) {
            arguments[i] = steps.get(i).arguments().stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray();
            draws[i] = new Draws(seed, i, epoch);
        }
        image = new Image(size(shape, 0), size(shape, 1), size(shape, 2), loops);
        bytes = input.dtype() == DType.U8 ? new byte[image.pixels().length] : null;
    }

    private static int size(Shape shape, int axis) {
        return Math.toIntExact(shape.dim(axis));
    }

    /**
     * Changes one image of a batch in place.
     *
     * @param example the index of the example in the data set, which chooses the random numbers
     * @param row its place in the batch
     * @param inputs the inputs of the whole batch, in the machine's byte order
     */
    public void change(int example, int row, ByteBuffer inputs) {
        if (bytes == null) {
            changeNumbers(example, row, inputs);
        } else {
            changeBytes(example, row, inputs);
        }
    }

    private void changeNumbers(int example, int row, ByteBuffer inputs) {
        int count = image.pixels().length;
        FloatBuffer all = floats(inputs);
        all.get(row * count, image.pixels());
        change(example);
        all.put(row * count, image.pixels());
    }

    /** The batch as floats, created anew only for another buffer. */
    private FloatBuffer floats(ByteBuffer inputs) {
        if (viewed != inputs) {
            viewed = inputs;
            view = inputs.duplicate().clear().order(ByteOrder.nativeOrder()).asFloatBuffer();
        }
        return view;
    }

    private void changeBytes(int example, int row, ByteBuffer inputs) {
        float[] pixels = image.pixels();
        inputs.get(row * bytes.length, bytes);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (bytes[i] & BYTE) / WHITE;
        }
        change(example);
        float[] changed = image.pixels();
        for (int i = 0; i < changed.length; i++) {
            bytes[i] = (byte) (Math.max(0, Math.min(1, changed[i])) * WHITE + ROUND);
        }
        inputs.put(row * bytes.length, bytes);
    }

    /**
     * {@return a changed copy of one image}
     *
     * @param example the index of the example in the data set, which chooses the random numbers
     * @param pixels the image as the network sees it, (height, width, channels)
     * @throws IllegalArgumentException if it has another size
     */
    public float[] changed(int example, float... pixels) {
        if (pixels.length != image.pixels().length) {
            throw new IllegalArgumentException(
                    "augmentation: expected an image of " + image.pixels().length + " numbers, got " + pixels.length);
        }
        System.arraycopy(pixels, 0, image.pixels(), 0, pixels.length);
        change(example);
        return image.pixels().clone();
    }

    private void change(int example) {
        image.warp().begin();
        for (int i = steps.size() - 1; i >= 0; i--) { // the last move is told first
            runIf(true, i, example);
        }
        image.resample();
        for (int i = 0; i < steps.size(); i++) {
            runIf(false, i, example);
        }
    }

    private void runIf(boolean move, int i, int example) {
        Augmentation.Step step = steps.get(i);
        if (step.kind().isMove() == move) {
            draws[i].begin(example);
            if (draws[i].chance(step.probability())) {
                step.kind().run(arguments[i], draws[i], image);
            }
        }
    }
}
