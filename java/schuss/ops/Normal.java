package schuss.ops;

import java.util.Collections;
import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * Normally distributed numbers with mean 0, drawn anew in every step. Element i is a function of the seed, the step,
 * the stream and i ({@link schuss.Philox#normal}); backends agree to a few units in the last place. Input: the random
 * state i64. Output: f32.
 *
 * @param shape the extents of the output
 * @param standardDeviation finite and at least 0
 * @param stream the number of this random stream in the program
 */
public record Normal(Shape shape, double standardDeviation, int stream) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == 1 && inputs.get(0).dtype() == DType.I64, "random state", inputs);
        expect(
                standardDeviation >= 0 && standardDeviation < Double.POSITIVE_INFINITY,
                "a finite standard deviation of at least 0",
                standardDeviation);
        return List.of(Type.f32(shape));
    }

    @Override
    public Call call(List<Type> inputs) {
        return Call.of("normal", "normal", stream, standardDeviation, shape.size());
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return Collections.singletonList(null);
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return Collections.singletonList(null);
    }
}
