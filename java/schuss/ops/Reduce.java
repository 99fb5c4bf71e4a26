package schuss.ops;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import schuss.Shape;

/**
 * A scaled sum over some axes: y = scale * sum(x). The mean is the sum with scale 1/n. The axes disappear from the
 * shape. x is f32 or bf16. Gradient: scale * dy, repeated along the axes.
 *
 * @param axes the axes to sum over, ascending, from 0
 * @param scale the factor of the sum
 */
public record Reduce(List<Integer> axes, double scale) implements Op {
    /**
     * Creates the record; the list is copied.
     *
     * @param axes the axes to sum over, ascending, from 0
     * @param scale the factor of the sum
     */
    public Reduce {
        axes = List.copyOf(axes);
    }

    @Override
    public String name() {
        return scale == 1 ? "Sum" + axes : "Sum" + axes + " * " + (float) scale;
    }

    /** The sum over these axes of a tensor of this shape; over all axes if none is given. */
    static Reduce sum(Shape shape, int... axes) {
        return new Reduce(normalize(shape, axes), 1);
    }

    /** The mean over these axes of a tensor of this shape; over all axes if none is given. */
    static Reduce mean(Shape shape, int... axes) {
        List<Integer> normalized = normalize(shape, axes);
        long count = normalized.stream().mapToLong(shape::dim).reduce(1, Math::multiplyExact);
        return new Reduce(normalized, 1.0 / count);
    }

    /** Sums {@code x} over the axes along which {@code shape} was broadcast to it. */
    static Value sumTo(Value x, Shape shape) {
        if (x.shape().equals(shape)) {
            return x;
        }
        int missing = x.shape().rank() - shape.rank();
        int[] axes = IntStream.range(0, x.shape().rank())
                .filter(i -> i < missing || shape.dim(i - missing) != x.shape().dim(i))
                .toArray();
        return (axes.length == 0 ? x : x.sum(axes)).reshape(shape);
    }

    /** The given axes counted from 0, ascending, each once; all axes if none is given. */
    static List<Integer> normalize(Shape shape, int... axes) {
        IntStream chosen = axes.length == 0
                ? IntStream.range(0, shape.rank())
                : IntStream.of(axes).map(shape::axis).sorted().distinct();
        return chosen.boxed().toList();
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        Shape x = expectReal(inputs, 0).shape();
        for (int axis : axes) {
            if (axis < 0 || axis >= x.rank()) {
                expect(false, "axes of " + x, axes);
            }
        }
        int[] kept = new int[x.rank()];
        int count = 0;
        for (int i = 0; i < x.rank(); i++) {
            if (!axes.contains(i)) {
                kept[count++] = x.dim(i);
            }
        }
        return List.of(new Type(inputs.get(0).dtype(), Shape.of(Arrays.copyOf(kept, count))));
    }

    @Override
    public long operations(List<Type> inputs) {
        return inputs.get(0).shape().size();
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        Shape kept = x[0].shape();
        for (int axis : axes) {
            kept = kept.with(axis, 1);
        }
        Value d = dy[0].reshape(kept);
        return List.of((scale == 1 ? d : d.mul(scale)).broadcastTo(x[0].shape()));
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return List.of(Value.of(this, dx[0]));
    }
}
