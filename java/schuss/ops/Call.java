package schuss.ops;

import java.util.List;

/**
 * How a step calls one of this library's native kernels. The function has the same name and the same arguments on every
 * device: the addresses of the step's inputs, those of its outputs, then numbers. It is declared once, in
 * {@code native/include/schuss/schuss.h}, as {@code schuss_FUNCTION}; {@code native/cpu/FILE.cpp} and
 * {@code native/cuda/FILE.cu} define it. Where an element type other than f32 has a function of its own, that one's name
 * ends with the type, as {@code gather_i64}; the types of the addresses decide.
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
 * @param file without its ending
 * @param function without {@code schuss_} and without a type at its end
 * @param lastInputMissing whether the function has one more input, whose address is null
 * @param overwrites indices of inputs whose memory the first output may take over
 * @param numbers the arguments behind the addresses; the CPU's number of threads follows them
 */
public record Call(
        String file, String function, boolean lastInputMissing, List<Integer> overwrites, List<Number> numbers) {
    public Call {
        overwrites = List.copyOf(overwrites);
        numbers = List.copyOf(numbers);
    }

    /** A call with an address for every input and output. */
    public static Call of(String file, String function, Number... numbers) {
        return new Call(file, function, false, List.of(), List.of(numbers));
    }

    /** The same where the first output may lie on this input. */
    public Call overwriting(int input) {
        return new Call(file, function, lastInputMissing, List.of(input), numbers);
    }

    /**
     * The same for a function whose last input may be missing.
     *
     * @param missing whether it is
     */
    public Call withLastInputMissing(boolean missing) {
        return new Call(file, function, missing, overwrites, numbers);
    }

    /** A flag, as C has it: 1 or 0. */
    public static int flag(boolean value) {
        return value ? 1 : 0;
    }
}
