package schuss.ops;

import java.util.List;
import schuss.DType;

/**
 * One operation of a program, such as a matrix product or a softmax. An op holds its attributes, computes the types of
 * its outputs from those of its inputs, and writes its own derivatives in terms of other ops. It knows nothing of
 * memory or devices: a backend supplies the kernel.
 *
 * <p>You implement this interface to add an operation that cannot be composed from {@link Value}'s methods. Make it a
 * record, since programs compare ops by value. {@link #infer} is always needed, {@link #gradient} to train through the
 * op, {@link #tangent} for forward-mode derivatives. The kernel is registered with {@code Device.register} in plain
 * Java or {@code Device.registerNative} in native code.
 *
 * <pre>{@code
 * record Cube() implements Op {
 *     public List<Type> infer(List<Type> inputs) {
 *         return List.of(expectReal(inputs, 0));
 *     }
 *
 *     public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
 *         return List.of(x[0].square().mul(3).mul(dy[0]));
 *     }
 * }
 *
 * Value y = Value.of(new Cube(), x);
 * }</pre>
 */
public interface Op {
    /** {@return the name that program listings and error messages show; by default the record's simple name} */
    default String name() {
        return getClass().getSimpleName();
    }

    /**
     * Computes the types of the outputs from the types of the inputs. The number of outputs is the size of the returned
     * list; it is empty for an op that only changes variables (see {@link #mutates}).
     *
     * @param inputs the element type and shape of each input
     * @return the element type and shape of each output
     * @throws IllegalArgumentException if the inputs do not fit; the message names the op, what it expected and what it
     *     got
     */
    List<Type> infer(List<Type> inputs);

    /**
     * The gradient of the loss with respect to each input, written with more ops (reverse mode).
     *
     * @param x the inputs
     * @param y the outputs
     * @param dy the gradient of the loss with respect to each output; null where the loss does not depend on that
     *     output
     * @return one value per input; null where the input has no gradient (labels, indices, random state)
     * @throws IllegalStateException by default: the op cannot be trained through
     */
    default List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        throw new IllegalStateException(
                name() + ": expected a gradient to train through it, got an op that does not implement Op.gradient");
    }

    /**
     * The directional derivative, written with more ops (forward mode): f(x + h dx) = f(x) + h * tangent for small h.
     *
     * @param x the inputs
     * @param y the outputs
     * @param dx the tangent of each input; null where the input does not change
     * @return one value per output; null where the output does not change
     * @throws IllegalStateException by default: the op has no forward-mode derivative
     */
    default List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        throw new IllegalStateException(name()
                + ": expected a tangent to differentiate it forwards, got an op that does not implement Op.tangent");
    }

    /**
     * The native kernel of this library that computes the op for inputs of these types. Backends use it wherever they
     * have no kernel of their own for the op.
     *
     * @param inputs the types of the inputs
     * @return the call, or null where there is no such kernel
     */
    default Call call(List<Type> inputs) {
        return null;
    }

    /**
     * {@return the indices of the inputs whose memory the op overwrites, that is, the variables it updates} A step with
     * such an input is never removed as unused.
     */
    default List<Integer> mutates() {
        return List.of();
    }

    /**
     * {@return the number of multiply-add pairs the op takes, as in a matrix product or a convolution; 0 for an op that
     * has none}
     *
     * @param inputs the types of the inputs
     */
    default long multiplyAdds(List<Type> inputs) {
        return 0;
    }

    /**
     * {@return the number of floating-point operations the op takes: two for each multiply-add, and one for each
     * function of a formula for each element} It is 0 for ops that only move numbers, and for those that do not
     * override this method and have no multiply-adds.
     *
     * @param inputs the types of the inputs
     */
    default long operations(List<Type> inputs) {
        return 2 * multiplyAdds(inputs);
    }

    /**
     * {@return the least number of bytes the op has to move: every input is read once, every output and every input
     * that it changes is written once} Extra traffic of a kernel, and whatever a cache saves, is not counted.
     *
     * @param inputs the types of the inputs
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

    /**
     * Which positions of an image or a sequence in the input one position of the output depends on. Receptive fields
     * are computed from it.
     *
     * @param inputs the types of the inputs
     * @return the footprint, or null if an output depends on all positions
     */
    default Footprint footprint(List<Type> inputs) {
        return null;
    }

    /**
     * Checks that an input is present and has element type f32 or bf16.
     *
     * @param inputs the types of the inputs
     * @param index which input to check, from 0
     * @return the type of that input
     * @throws IllegalArgumentException naming the op, if it is missing or of another element type
     */
    default Type expectReal(List<Type> inputs, int index) {
        boolean real = index < inputs.size()
                && (inputs.get(index).dtype() == DType.F32 || inputs.get(index).dtype() == DType.BF16);
        expect(real, "f32 or bf16 as input " + index, inputs);
        return inputs.get(index);
    }

    /**
     * Fails with the message {@code NAME: expected EXPECTED, got GOT} unless the condition holds.
     *
     * @param condition what must be true
     * @param expected what was expected, in words
     * @param got what came instead
     * @throws IllegalArgumentException if the condition is false
     */
    default void expect(boolean condition, String expected, Object got) {
        if (!condition) {
            throw new IllegalArgumentException(name() + ": expected " + expected + ", got " + got);
        }
    }
}
