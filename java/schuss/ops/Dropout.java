package schuss.ops;

import java.util.Arrays;
import java.util.List;
import schuss.DType;

/**
 * Inverted dropout: y = x / (1 - rate) with probability 1 - rate, else 0, drawn anew for every element and step.
 *
 * <p>Whether an element is kept is a function of the seed, the step, the stream and the element's index ({@link
 * schuss.Philox}), so the gradient is the same op on dy: no mask is stored.
 *
 * @param rate the chance to drop an element, in [0, 1)
 * @param stream the number of this random stream in the program
 */
public record Dropout(double rate, int stream) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == 2 && inputs.get(1).dtype() == DType.I64, "x and random state", inputs);
        expect(rate >= 0 && rate < 1, "a rate in [0, 1)", rate);
        return List.of(Type.f32(inputs.get(0).shape()));
    }

    @Override
    public Footprint footprint(List<Type> inputs) {
        return Footprint.POINT;
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return Arrays.asList(Value.of(this, dy[0], x[1]), null);
    }
}
