package schuss.ops;

import java.util.List;
import schuss.Shape;

/**
 * The formulas that batch, layer and group normalisation share, in elementary ops. The three differ only in which
 * numbers are normalised together.
 *
 * @param seen the shape that x is reshaped to
 * @param over the axes of that shape along which mean and variance are computed
 * @param scale the shape of scale and shift, aligned with the last axes
 * @param epsilon added to the variance
 */
record Normalization(Shape seen, List<Integer> over, Shape scale, double epsilon) {
    private static final Expression X = Expression.input(0);
    private static final Expression MEAN = Expression.input(1);
    private static final Expression VARIANCE = Expression.input(2);

    /** From x, scale and shift to y, mean and variance. */
    List<Value> forward(Value[] inputs, Shape statistics) {
        Value x = inputs[0].reshape(seen);
        Value mean = mean(x);
        Value variance = mean(x.sub(mean).square());
        Value y = normalized(x, mean, variance).mul(scale(inputs[1])).add(scale(inputs[2]));
        return List.of(y.reshape(inputs[0].shape()), mean.reshape(statistics), variance.reshape(statistics));
    }

    /** From x, scale, mean, variance and dy to dx, dScale and dShift. Mean and variance need not be those of x. */
    List<Value> backward(Value[] inputs) {
        Value x = inputs[0].reshape(seen);
        Value mean = inputs[2].reshape(kept());
        Value variance = inputs[3].reshape(kept());
        Value dy = inputs[4].reshape(seen);
        Value z = normalized(x, mean, variance);
        Value dz = dy.mul(scale(inputs[1]));
        boolean alone = over.stream().allMatch(axis -> seen.dim(axis) == 1); // its own mean: nothing moves it
        Value dx = alone
                ? dz.map(g -> Expression.constant(0))
                : dz.sub(mean(dz)).sub(z.mul(mean(dz.mul(z)))).div(variance.map(this::deviation));
        Shape row = inputs[1].shape();
        return List.of(
                dx.reshape(inputs[0].shape()),
                dy.mul(z).sumTo(scale).reshape(row),
                dy.sumTo(scale).reshape(row));
    }

    private Value scale(Value value) {
        return value.reshape(scale);
    }

    /** The shape in which mean and variance broadcast against x. */
    private Shape kept() {
        Shape kept = seen;
        for (int axis : over) {
            kept = kept.with(axis, 1);
        }
        return kept;
    }

    private Value mean(Value x) {
        return x.mean(over.stream().mapToInt(i -> i).toArray()).reshape(kept());
    }

    private Value normalized(Value x, Value mean, Value variance) {
        return Value.of(new Pointwise(X.sub(MEAN).div(deviation(VARIANCE)), 3), x, mean, variance);
    }

    private Expression deviation(Expression variance) {
        return variance.add(epsilon).sqrt();
    }
}
