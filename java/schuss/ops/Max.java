package schuss.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import schuss.Shape;

/**
 * The largest element along one axis, which disappears from the shape; NaN if one of the elements is NaN. x is f32 or
 * bf16. Gradient: dy goes to the first of the largest elements (or to the first NaN); the others get 0.
 *
 * @param axis the axis to search, from 0
 */
public record Max(int axis) implements Op {
    @Override
    public String name() {
        return "Max[" + axis + "]";
    }

    /**
     * The largest element over several axes, all if none is given: they are transposed next to each other and joined
     * into one.
     */
    static Value over(Value x, int... axes) {
        Shape shape = x.shape();
        List<Integer> chosen = Reduce.normalize(shape, axes);
        int first = chosen.isEmpty() ? shape.rank() : chosen.get(0);
        int behind = first + chosen.size();
        if (!chosen.isEmpty() && chosen.get(chosen.size() - 1) != behind - 1) {
            List<Integer> order =
                    new ArrayList<>(IntStream.range(0, shape.rank()).boxed().toList());
            order.removeAll(chosen);
            int kept = order.size();
            order.addAll(chosen);
            Value moved = x.transpose(order.stream().mapToInt(i -> i).toArray());
            return over(moved, IntStream.range(kept, shape.rank()).toArray());
        }
        int joined = chosen.stream().mapToInt(shape::dim).reduce(1, Math::multiplyExact);
        IntStream inFront = IntStream.range(0, first).map(shape::dim);
        IntStream after = IntStream.range(behind, shape.rank()).map(shape::dim);
        int[] extents = IntStream.concat(IntStream.concat(inFront, IntStream.of(joined)), after)
                .toArray();
        return Value.of(new Max(first), x.reshape(Shape.of(extents)));
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        Shape x = expectReal(inputs, 0).shape();
        expect(axis >= 0 && axis < x.rank(), "an axis of " + x, axis);
        int[] kept =
                IntStream.range(0, x.rank()).filter(i -> i != axis).map(x::dim).toArray();
        return List.of(new Type(inputs.get(0).dtype(), Shape.of(kept)));
    }

    @Override
    public Call call(List<Type> inputs) {
        Shape x = inputs.get(0).shape();
        return Call.of("max", "max_forward", x.sizeBefore(axis), x.dim(axis), x.sizeAfter(axis));
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return List.of(Value.of(new Gradient(axis), x[0], y[0], dy[0]));
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return List.of(chosen(x[0], y[0], dx[0]));
    }

    /** Picks from {@code other} the elements at the places where x has its largest. */
    private Value chosen(Value x, Value y, Value other) {
        Value chosen = Value.of(new Gradient(axis), x, y, y.fill(y.shape(), 1));
        return chosen.map(other, (c, o) -> Expression.where(c, o, Expression.constant(0)))
                .sum(axis);
    }

    /**
     * The gradient of {@link Max} with respect to x. Inputs: x, y and dy. Output: dx of x's type. It is linear in dy,
     * and depends on x only through the places of the largest elements.
     *
     * @param axis the axis of the forward op
     */
    public record Gradient(int axis) implements Op {
        @Override
        public String name() {
            return "MaxGradient[" + axis + "]";
        }

        @Override
        public List<Type> infer(List<Type> inputs) {
            expect(inputs.size() == 3, "x, y, dy", inputs.size() + " inputs");
            Type y = new Max(axis).infer(inputs).get(0);
            expect(y.equals(inputs.get(1)) && y.equals(inputs.get(2)), "y and dy " + y, inputs);
            return List.of(inputs.get(0));
        }

        @Override
        public Call call(List<Type> inputs) {
            Shape x = inputs.get(0).shape();
            return Call.of("max", "max_backward", x.sizeBefore(axis), x.dim(axis), x.sizeAfter(axis));
        }

        @Override
        public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
            return Arrays.asList(null, null, new Max(axis).chosen(x[0], x[1], dy[0]));
        }

        @Override
        public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
            return Collections.singletonList(dx[2] == null ? null : Value.of(this, x[0], x[1], dx[2]));
        }
    }
}
