package schuss.data;

import java.nio.ByteBuffer;
import java.util.Objects;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.data.Rows.FloatRows;

/** A data set in memory. Create one with the {@code of} methods of {@link Dataset}. */
public final class ArrayDataset implements Dataset {
    private final Spec input;
    private final Spec target;
    private final int classes;
    private final Rows inputs;
    private final Rows targets;

    private ArrayDataset(Spec input, Spec target, int classes, Rows inputs, Rows targets) {
        this.input = input;
        this.target = target;
        this.classes = classes;
        this.inputs = inputs;
        this.targets = targets;
    }

    static Dataset labelled(float[][] features, Shape input, int[] labels, int classes) {
        int width = width(input);
        for (int i = 0; i < features.length; i++) {
            if (features[i].length != width) {
                throw new DataException(
                        "example " + i + ": expected " + width + " features " + input + ", got " + features[i].length);
            }
        }
        return labelled(FloatRows.of(features), features.length, input, labels, classes);
    }

    static Dataset labelled(float[] features, Shape input, int[] labels, int classes) {
        int rows = rows("features", features.length, input);
        return labelled(FloatRows.of(features, width(input)), rows, input, labels, classes);
    }

    private static Dataset labelled(FloatRows features, int rows, Shape input, int[] labels, int classes) {
        checkRows(rows, "labels", labels.length);
        Rows inputs = floats("feature", features, rows, input);
        return new ArrayDataset(new Spec("input", DType.F32, input), label(), classes, inputs, labels(labels, classes));
    }

    static Dataset regression(float[] features, Shape input, float[] targets, Shape target) {
        int rows = rows("features", features.length, input);
        checkRows(rows, "targets", rows("targets", targets.length, target));
        return new ArrayDataset(
                new Spec("input", DType.F32, input),
                new Spec("target", DType.F32, target),
                0,
                floats("feature", FloatRows.of(features, width(input)), rows, input),
                floats("target", FloatRows.of(targets, width(target)), rows, target));
    }

    static Dataset indexed(int[] indices, Shape input, int[] labels, int classes) {
        int rows = rows("indices", indices.length, input);
        checkRows(rows, "labels", labels.length);
        Spec spec = new Spec("input", DType.I32, input);
        return new ArrayDataset(spec, label(), classes, Rows.of(indices, width(input)), labels(labels, classes));
    }

    /**
     * {@return images with class labels; unlike {@link Dataset#of(byte[], Shape, int[], int)} it does not copy the
     * pixels}
     *
     * @param pixels {@code labels.length * image.size()} bytes, 0 to 255, row-major
     * @param image (height, width, channels)
     * @param labels one label per example, 0 to {@code classes - 1}; copied
     * @param classes the number of classes, at least 1
     * @throws DataException if there are no examples, counts differ or a label is out of range
     */
    public static Dataset images(ByteBuffer pixels, Shape image, int[] labels, int classes) {
        Rows inputs = Rows.wrap(pixels, width(image));
        checkRows(inputs.size(), "labels", labels.length);
        return new ArrayDataset(new Spec("image", DType.U8, image), label(), classes, inputs, labels(labels, classes));
    }

    /**
     * {@return images with numbers as targets; unlike {@link Dataset#of(byte[], Shape, float[], Shape)} it does not copy
     * the pixels}
     *
     * @param pixels rows of {@code image.size()} bytes, 0 to 255, one after another
     * @param image (height, width, channels)
     * @param targets as many rows of {@code target.size()} finite numbers; copied
     * @param target the shape of one target
     * @throws DataException if there are no examples, counts differ or a target is not finite
     */
    public static Dataset images(ByteBuffer pixels, Shape image, float[] targets, Shape target) {
        Rows inputs = Rows.wrap(pixels, width(image));
        checkRows(inputs.size(), "targets", rows("targets", targets.length, target));
        return new ArrayDataset(
                new Spec("image", DType.U8, image),
                new Spec("target", DType.F32, target),
                0,
                inputs,
                floats("target", FloatRows.of(targets, width(target)), inputs.size(), target));
    }

    private static Spec label() {
        return new Spec("label", DType.I32, Shape.of());
    }

    private static int width(Shape shape) {
        return Math.toIntExact(shape.size());
    }

    private static int rows(String what, int count, Shape shape) {
        if (count % shape.size() != 0) {
            throw new DataException(
                    what + ": expected a multiple of " + shape.size() + " numbers " + shape + ", got " + count);
        }
        return (int) (count / shape.size());
    }

    private static void checkRows(int rows, String what, int count) {
        if (rows != count) {
            throw new DataException(
                    what + ": expected one for each of the " + rows + " examples of the features, got " + count);
        }
        if (rows == 0) {
            throw new DataException("features: expected at least one example, got none");
        }
    }

    private static Rows labels(int[] labels, int classes) {
        if (classes < 1) {
            throw new DataException("classes: expected at least 1, got " + classes);
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new DataException("label " + labels[i] + " of example " + i + ": expected 0 to " + (classes - 1));
            }
        }
        return Rows.of(labels, 1);
    }

    private static Rows floats(String what, FloatRows source, int rows, Shape shape) {
        int width = width(shape);
        for (int row = 0; row < rows; row++) {
            float[] array = source.array(row);
            int offset = source.offset(row);
            for (int i = 0; i < width; i++) {
                if (!Float.isFinite(array[offset + i])) {
                    throw new DataException("example " + row + ", " + what + " " + i
                            + ": expected a finite number, got " + array[offset + i]);
                }
            }
        }
        return Rows.ofFloats(rows, width, source, Rows.PAGE_BYTES);
    }

    @Override
    public int size() {
        return inputs.size();
    }

    @Override
    public Spec input() {
        return input;
    }

    @Override
    public Spec target() {
        return target;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public void read(int index, int row, ByteBuffer inputs, ByteBuffer targets) {
        Objects.checkIndex(index, size());
        this.inputs.copy(index, row, inputs);
        this.targets.copy(index, row, targets);
    }
}
