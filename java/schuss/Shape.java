package schuss;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The extents of a tensor, outermost first. Data is row-major and channels last: the last dimension is contiguous.
 *
 * <pre>{@code
 * Shape image = Shape.of(28, 28, 1);
 * Shape batch = image.prepend(128);   // (128, 28, 28, 1)
 * long elements = batch.size();       // 100352
 * }</pre>
 */
public final class Shape {
    private static final long MOST_ELEMENTS = 1L << 48; // more than any memory; sums of their bytes fit a long
    private static final Shape SCALAR = new Shape(new int[0]);

    private final int[] dimensions;
    private final long size;

    private Shape(int[] dimensions) {
        this.dimensions = dimensions;
        long product = 1;
        for (int dimension : dimensions) {
            if (dimension <= 0) {
                throw new IllegalArgumentException(
                        "Shape " + text(dimensions) + ": expected dimensions of at least 1, got " + dimension);
            }
            if (product > MOST_ELEMENTS / dimension) {
                throw new IllegalArgumentException(
                        "Shape " + text(dimensions) + ": expected at most 2^48 elements, got more");
            }
            product *= dimension;
        }
        this.size = product;
    }

    /**
     * A shape with these extents; none gives the scalar shape {@code ()}.
     *
     * @throws IllegalArgumentException if an extent is zero or negative
     */
    public static Shape of(int... dimensions) {
        return dimensions.length == 0 ? SCALAR : new Shape(dimensions.clone());
    }

    public int rank() {
        return dimensions.length;
    }

    /** The extent of one axis; negative axes count from the last, so {@code dim(-1)} is the channel count. */
    public int dim(int axis) {
        return dimensions[axis(axis)];
    }

    /** An axis as an index from 0; negative axes count from the last. */
    public int axis(int axis) {
        int index = axis < 0 ? axis + dimensions.length : axis;
        if (index < 0 || index >= dimensions.length) {
            throw new IllegalArgumentException(
                    "axis of " + this + ": expected " + -rank() + " to " + (rank() - 1) + ", got " + axis);
        }
        return index;
    }

    public int[] dimensions() {
        return dimensions.clone();
    }

    /** The number of elements, the product of the extents; 1 for a scalar. */
    public long size() {
        return size;
    }

    /** The product of the extents in front of an axis: how many blocks there are that go through it once. */
    public long sizeBefore(int axis) {
        return product(0, axis(axis));
    }

    /** The product of the extents behind an axis: how far neighbours along it lie apart. */
    public long sizeAfter(int axis) {
        return product(axis(axis) + 1, dimensions.length);
    }

    private long product(int from, int to) {
        long product = 1;
        for (int axis = from; axis < to; axis++) {
            product *= dimensions[axis];
        }
        return product;
    }

    public boolean isScalar() {
        return dimensions.length == 0;
    }

    /** This shape with one more extent in front, as a batch of such elements. */
    public Shape prepend(int dimension) {
        int[] result = new int[dimensions.length + 1];
        result[0] = dimension;
        System.arraycopy(dimensions, 0, result, 1, dimensions.length);
        return new Shape(result);
    }

    /** This shape without its first extent: one example of a batch. */
    public Shape tail() {
        return of(Arrays.copyOfRange(dimensions, 1, dimensions.length));
    }

    /** This shape with one extent replaced. */
    public Shape with(int axis, int dimension) {
        int[] result = dimensions.clone();
        result[axis(axis)] = dimension;
        return new Shape(result);
    }

    /**
     * The shape that two shapes broadcast to: aligned at the last axis, extents equal or one of them 1.
     *
     * @throws IllegalArgumentException if an extent differs and neither is 1
     */
    public Shape broadcast(Shape other) {
        if (equals(other)) {
            return this;
        }
        int rank = Math.max(rank(), other.rank());
        int[] result = new int[rank];
        for (int i = 1; i <= rank; i++) {
            int a = i <= rank() ? dim(-i) : 1;
            int b = i <= other.rank() ? other.dim(-i) : 1;
            if (a != b && a != 1 && b != 1) {
                throw new IllegalArgumentException(
                        "broadcast: expected equal extents, or 1, on axis -" + i + ", got " + this + " and " + other);
            }
            result[rank - i] = Math.max(a, b);
        }
        return of(result);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dimensions, shape.dimensions);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dimensions);
    }

    /** Like {@code (128, 784)}. */
    @Override
    public String toString() {
        return text(dimensions);
    }

    private static String text(int[] dimensions) {
        return Arrays.stream(dimensions).mapToObj(Integer::toString).collect(Collectors.joining(", ", "(", ")"));
    }
}
