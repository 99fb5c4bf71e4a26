package schuss.ops;

import java.util.Arrays;
import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * Dropout: y = x * scale with probability 1 - rate, otherwise 0, drawn anew in every step. Inputs: x in f32 or bf16,
 * and the random state i64, which holds the seed and the number of the step. Output: y of x's type.
 *
 * <p>Whether an element is kept is a function of the seed, the step, the stream and its index in the mask ({@link
 * schuss.Philox}). No mask has to be stored: the gradient is the same op applied to dy. If several rows share a mask, x
 * is seen as (groups, shared, channels), where channels is its last axis, and the mask is (groups, channels).
 *
 * @param rate the probability of dropping an element, in [0, 1)
 * @param scale the factor of the elements that are kept; 1 / (1 - rate) preserves the mean
 * @param shared how many consecutive rows share one mask; 1 draws for every element
 * @param stream the number of this random stream in the program
 */
public record Dropout(double rate, double scale, int shared, int stream) implements Op {
    /**
     * Inverted dropout with a draw for every element: the scale is 1 / (1 - rate).
     *
     * @param rate the probability of dropping an element, in [0, 1)
     * @param stream the number of this random stream in the program
     */
    public Dropout(double rate, int stream) {
        this(rate, 1 / (1 - rate), 1, stream);
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == 2 && inputs.get(1).dtype() == DType.I64, "x and random state", inputs);
        Shape x = expectReal(inputs, 0).shape();
        expect(rate >= 0 && rate < 1, "a rate in [0, 1)", rate);
        expect(scale > 0 && scale < Double.POSITIVE_INFINITY, "a finite scale above 0", scale);
        boolean whole = shared == 1 || (shared > 0 && x.rank() > 0 && x.size() / x.dim(-1) % shared == 0);
        expect(whole, "a multiple of " + shared + " rows", x);
        return List.of(inputs.get(0));
    }

    /**
     * {@return how many draws follow each other in memory: the extent of the last axis, or all elements if no mask is
     * shared}
     *
     * @param x the shape of the input
     */
    public long channels(Shape x) {
        return shared == 1 ? x.size() : x.dim(-1);
    }

    @Override
    public Footprint footprint(List<Type> inputs) {
        return Footprint.POINT;
    }

    @Override
    public Call call(List<Type> inputs) {
        Shape x = inputs.get(0).shape();
        long channels = channels(x);
        long groups = x.size() / channels / shared;
        return Call.of("dropout", "dropout", stream, rate, scale, groups, shared, channels)
                .overwriting(0);
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return Arrays.asList(Value.of(this, dy[0], x[1]), null);
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return List.of(Value.of(this, dx[0], x[1]));
    }
}
