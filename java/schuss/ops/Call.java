package schuss.ops;

import java.util.List;

/**
 * How a step calls one of this library's native kernels. The function has the same name and arguments on every device:
 * first the addresses of the step's inputs, then those of its outputs, then numbers such as sizes.
 *
 * <p>It is declared once, in {@code native/include/schuss/schuss.h}, as {@code schuss_FUNCTION}, and defined in {@code
 * native/cpu/FILE.cpp} and {@code native/cuda/FILE.cu}. If an element type other than f32 has a function of its own,
 * its name ends with that type, as in {@code gather_i64}; the types of the inputs and outputs select it.
 *
 * <pre>{@code
 * int schuss_softmax_forward(const float* x, float* y, int64_t rows, int64_t columns, int threads);
 *
 * public Call call(List<Type> inputs) {
 *     Shape x = inputs.get(0).shape();
 *     return Call.of("softmax", "softmax_forward", x.size() / x.dim(-1), x.dim(-1)).overwriting(0);
 * }
 * }</pre>
 *
 * @param file the name of the source file, without its ending
 * @param function the name of the function, without {@code schuss_} in front and without an element type at its end
 * @param lastInputMissing whether the function takes one more input than the step has; null is passed as its address
 * @param overwrites the indices of inputs whose memory the first output may reuse
 * @param numbers the arguments after the addresses; on the CPU the number of threads is passed after them
 */
public record Call(
        String file, String function, boolean lastInputMissing, List<Integer> overwrites, List<Number> numbers) {
    /**
     * Creates the record; the lists are copied.
     *
     * @param file the name of the source file, without its ending
     * @param function the name of the function, without {@code schuss_} in front and without an element type at its end
     * @param lastInputMissing whether the function takes one more input than the step has; null is passed as its
     *     address
     * @param overwrites the indices of inputs whose memory the first output may reuse
     * @param numbers the arguments after the addresses; on the CPU the number of threads is passed after them
     */
    public Call {
        overwrites = List.copyOf(overwrites);
        numbers = List.copyOf(numbers);
    }

    /**
     * {@return a call that passes an address for every input and output}
     *
     * @param file the name of the source file, without its ending
     * @param function the name of the function, without {@code schuss_} in front and without an element type at its end
     * @param numbers the arguments after the addresses
     */
    public static Call of(String file, String function, Number... numbers) {
        return new Call(file, function, false, List.of(), List.of(numbers));
    }

    /**
     * {@return the same call, where the first output may be written over an input}
     *
     * @param input the index of that input
     */
    public Call overwriting(int input) {
        return new Call(file, function, lastInputMissing, List.of(input), numbers);
    }

    /**
     * {@return the same call for a function whose last input is optional}
     *
     * @param missing whether the step leaves it out
     */
    public Call withLastInputMissing(boolean missing) {
        return new Call(file, function, missing, overwrites, numbers);
    }

    /**
     * {@return a boolean as the native functions take it: 1 or 0}
     *
     * @param value the boolean
     */
    public static int flag(boolean value) {
        return value ? 1 : 0;
    }
}
