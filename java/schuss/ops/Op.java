package schuss.ops;

import java.util.List;
import schuss.DType;

/**
 * One operation of a program: a record of its attributes, with its shape rule and its derivatives. An op knows nothing of
 * memory or devices; a backend supplies its kernel.
 *
 * <p>Implement it as a record: programs compare ops by value. A user's own op needs {@code infer}, {@code gradient} where
 * one trains through it, {@code tangent} for derivatives forwards, and a kernel: see {@code Device.register}.
 */
public interface Op {
    /** The name in listings and errors: the record's simple name. */
    default String name() {
        return getClass().getSimpleName();
    }

    /**
     * The types of the outputs for inputs of these types.
     *
     * @throws IllegalArgumentException naming the op, what it expected and what it got
     */
    List<Type> infer(List<Type> inputs);

    /**
     * The gradient of the loss with respect to each input, written with more ops.
     *
     * @param x the inputs
     * @param y the outputs
     * @param dy the gradient of the loss with respect to each output; null where the loss does not depend on it
     * @return one value per input; null where the input has no gradient (labels, indices, random state)
     */
    default List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        throw new IllegalStateException(
                name() + ": expected a gradient to train through it, got an op that does not implement Op.gradient");
    }

    /**
     * How the outputs change as the inputs do, written with more ops: f(x + h dx) is f(x) + h tangent for small h.
     *
     * @param x the inputs
     * @param y the outputs
     * @param dx the tangent of each input; null where it does not change
     * @return one value per output; null where it does not change
     */
    default List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        throw new IllegalStateException(name()
                + ": expected a tangent to differentiate it forwards, got an op that does not implement Op.tangent");
    }

    /**
     * The native kernel that computes it on every device that has no other way, for inputs of these types; null where
     * there is none.
     */
    default Call call(List<Type> inputs) {
        return null;
    }

    /** Indices of inputs whose memory the op changes: variables it updates. A step that changes something is kept. */
    default List<Integer> mutates() {
        return List.of();
    }

    /** How many products it adds up for inputs of these types; 0 for what is not made of products. */
    default long multiplyAdds(List<Type> inputs) {
        return 0;
    }

    /**
     * The floating-point operations it takes for inputs of these types: two for each product that it adds up, and one for
     * each function of a formula, applied to each element. 0 unless an op says otherwise, and for what merely moves numbers.
     */
    default long operations(List<Type> inputs) {
        return 2 * multiplyAdds(inputs);
    }

    /**
     * The bytes that it has to move: each input read once, each output and each input that it changes written once. What a
     * kernel moves beyond that, and what it finds in a cache, does not count.
     */
    default long bytesMoved(List<Type> inputs) {
        long bytes = 0;
        for (Type input : inputs) {
            bytes += input.bytes();
        }
        for (Type output : infer(inputs)) {
            bytes += output.bytes();
        }
        for (int changed : mutates()) {
            bytes += inputs.get(changed).bytes();
        }
        return bytes;
    }

    /** What each position of the output sees of the inputs' images or sequences; null for all of them. */
    default Footprint footprint(List<Type> inputs) {
        return null;
    }

    /** Fails with the op's name unless this input is there and has real numbers, f32 or bf16; returns its type. */
    default Type expectReal(List<Type> inputs, int index) {
        boolean real = index < inputs.size()
                && (inputs.get(index).dtype() == DType.F32 || inputs.get(index).dtype() == DType.BF16);
        expect(real, "f32 or bf16 as input " + index, inputs);
        return inputs.get(index);
    }

    /** Fails with the op's name unless {@code condition} holds. */
    default void expect(boolean condition, String expected, Object got) {
        if (!condition) {
            throw new IllegalArgumentException(name() + ": expected " + expected + ", got " + got);
        }
    }
}
