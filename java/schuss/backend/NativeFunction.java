package schuss.backend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import schuss.DType;
import schuss.ir.Step;
import schuss.ops.Call;
import schuss.ops.Value;

/**
 * The declaration of a native kernel in {@code schuss.h}, the same for every device.
 *
 * @param name without {@code schuss_} in front
 * @param addresses the element type at each address argument, in order
 * @param numbers the types of the arguments after the addresses: i32, i64, f32 or f64
 */
public record NativeFunction(String name, List<DType> addresses, List<DType> numbers) {
    private static final Map<String, NativeFunction> ALL = new LinkedHashMap<>();

    static {
        for (String declaration : KernelDeclarations.ALL) { // "gather f32 i32 f32 : i64 i64 i64"
            String[] words = declaration.split(" ");
            int colon = Arrays.asList(words).indexOf(":");
            ALL.put(
                    words[0],
                    new NativeFunction(words[0], types(words, 1, colon), types(words, colon + 1, words.length)));
        }
    }

    private static List<DType> types(String[] words, int from, int to) {
        return Arrays.stream(words, from, to)
                .map(word -> DType.valueOf(word.toUpperCase(Locale.ROOT)))
                .toList();
    }

    /**
     * The function for a call with the inputs and outputs of a step; null if there is none with this name and these
     * types.
     */
    static NativeFunction find(Call call, Step step) {
        List<DType> types = Stream.concat(step.inputs().stream(), step.outputs().stream())
                .map(Value::dtype)
                .toList();
        for (NativeFunction function : named(call)) {
            List<DType> expected = new ArrayList<>(function.addresses);
            if (call.lastInputMissing()) {
                expected.remove(step.inputs().size());
            }
            if (expected.equals(types)) {
                return function.checked(call);
            }
        }
        return null;
    }

    /**
     * The functions that a call may mean: the one with its name, and those whose name ends with an element type in
     * addition.
     */
    static List<NativeFunction> named(Call call) {
        Stream<String> typed =
                Arrays.stream(DType.values()).map(type -> "_" + type.name().toLowerCase(Locale.ROOT));
        return Stream.concat(Stream.of(""), typed)
                .map(ending -> ALL.get(call.function() + ending))
                .filter(function -> function != null)
                .toList();
    }

    /** The element types of the inputs, as errors print them. */
    String takes(int inputs) {
        return Signature.text(addresses.subList(0, Math.min(inputs, addresses.size())));
    }

    private NativeFunction checked(Call call) {
        if (call.numbers().size() != numbers.size()) {
            throw new IllegalStateException("schuss_" + name + ": expected " + numbers.size()
                    + " numbers behind its addresses, as schuss.h declares it, got " + call.numbers());
        }
        return this;
    }

    /**
     * {@return the addresses of a step in the function's order; 0 for an input that is missing}
     *
     * @param call the call
     * @param step inputs and outputs
     * @param at their addresses
     */
    public static long[] addresses(Call call, Step step, Addresses at) {
        int inputs = step.inputs().size();
        int firstOutput = inputs + Call.flag(call.lastInputMissing());
        long[] addresses = new long[firstOutput + step.outputs().size()];
        for (int i = 0; i < inputs; i++) {
            addresses[i] = at.input(i);
        }
        for (int i = 0; i < step.outputs().size(); i++) {
            addresses[firstOutput + i] = at.output(i);
        }
        return addresses;
    }
}
