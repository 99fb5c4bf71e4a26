package schuss.data;

import java.nio.ByteBuffer;
import java.util.List;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;

/** Changes the pictures of one epoch; for one thread. It allocates nothing but small change while it does. */
public final class Augmenter {
    private static final int PICTURE_RANK = 3;
    private static final float WHITE = 255;

    private final List<Augmentation.Step> steps;
    private final double[][] arguments;
    private final Draws[] draws;
    private final Picture picture;
    private final boolean bytes;

    Augmenter(Augmentation augmentation, Spec input, long seed, int epoch) {
        Shape shape = input.shape();
        if (shape.rank() != PICTURE_RANK || (input.dtype() != DType.U8 && input.dtype() != DType.F32)) {
            throw new IllegalArgumentException("augmentation: expected pictures (height, width, channels) of type "
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
        picture = new Picture(size(shape, 0), size(shape, 1), size(shape, 2));
        bytes = input.dtype() == DType.U8;
    }

    private static int size(Shape shape, int axis) {
        return Math.toIntExact(shape.dim(axis));
    }

    /**
     * Changes one picture of a batch in its place.
     *
     * @param example its index in the data set, which it is drawn for
     * @param row its place in the batch
     * @param inputs of the whole batch, in the machine's byte order
     */
    public void change(int example, int row, ByteBuffer inputs) {
        float[] pixels = picture.pixels();
        int from = row * pixels.length;
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = bytes
                    ? Byte.toUnsignedInt(inputs.get(from + i)) / WHITE
                    : inputs.getFloat((from + i) * Float.BYTES);
        }
        change(example);
        float[] changed = picture.pixels();
        for (int i = 0; i < changed.length; i++) {
            if (bytes) {
                inputs.put(from + i, (byte) Math.round(Math.max(0, Math.min(1, changed[i])) * WHITE));
            } else {
                inputs.putFloat((from + i) * Float.BYTES, changed[i]);
            }
        }
    }

    /** The changed picture of one example's numbers, to look at. */
    public float[] changed(int example, float... pixels) {
        if (pixels.length != picture.pixels().length) {
            throw new IllegalArgumentException("augmentation: expected a picture of " + picture.pixels().length
                    + " numbers, got " + pixels.length);
        }
        System.arraycopy(pixels, 0, picture.pixels(), 0, pixels.length);
        change(example);
        return picture.pixels().clone();
    }

    private void change(int example) {
        picture.warp().begin();
        for (int i = steps.size() - 1; i >= 0; i--) { // the last move is told first
            runIf(true, i, example);
        }
        picture.resample();
        for (int i = 0; i < steps.size(); i++) {
            runIf(false, i, example);
        }
    }

    private void runIf(boolean move, int i, int example) {
        Augmentation.Step step = steps.get(i);
        if (step.kind().isMove() == move) {
            draws[i].begin(example);
            if (draws[i].chance(step.probability())) {
                step.kind().run(arguments[i], draws[i], picture);
            }
        }
    }
}
