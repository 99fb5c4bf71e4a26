package schuss.backend.cuda.pointwise;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import schuss.DType;
import schuss.backend.kernels.Bytecode;
import schuss.backend.kernels.Elementwise;

/** Writes the CUDA source for some element-wise formulas. */
final class PointwiseWriter {
    private static final String[] LANES = {"x", "y", "z", "w"};
    private static final Set<String> NO_NAMES = Set.of("and", "or", "not"); // of functions, to C++

    private final Elementwise formulas;
    private final Bytecode tape;
    private final int inputs;
    private final int outputs;
    private final int axes;
    private final boolean vector;
    private final StringBuilder text = new StringBuilder();

    PointwiseWriter(Elementwise merged) {
        formulas = merged;
        tape = merged.tape();
        inputs = merged.types().size();
        outputs = tape.outputs().length;
        axes = merged.extents().length;
        boolean singles = merged.results().stream().allMatch(type -> type == DType.F32);
        vector = axes == 1 && !tape.integers() && singles;
    }

    /** Whether a thread takes four elements at once. */
    boolean vector() {
        return vector;
    }

    /** The source of a kernel of this name. */
    String text(String kernel) {
        writeFormula(kernel);
        line("");
        line("extern \"C\" __global__ void __launch_bounds__(256) %s(%s) {", kernel, parameters());
        line("    if (skip != nullptr && *skip != 0) return;");
        for (int i = 0; i < inputs; i++) {
            if (isScalar(i)) {
                line("    const %s x%d = %s(*in%d);", number(), i, read(), i);
            }
        }
        if (vector) {
            writeVectorLoop(kernel);
        } else if (axes == 1) {
            writeLoop(kernel);
        } else {
            writeIndexedLoop(kernel);
        }
        line("}");
        line("");
        return text.toString();
    }

    private void line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    /** One part for each of some numbers, with commas between. */
    private static String list(int count, IntFunction<String> part) {
        return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining(", "));
    }

    /** One number for all elements. */
    private boolean isScalar(int input) {
        return IntStream.range(0, axes).allMatch(axis -> !follows(input, axis));
    }

    /** Whether an input has elements of its own along an axis, rather than repeating one. */
    private boolean follows(int input, int axis) {
        return formulas.strides()[input * axes + axis] != 0;
    }

    private String parameters() {
        String in = list(inputs, i -> "const " + type(formulas.types().get(i)) + "* in" + i);
        String out = list(outputs, i -> type(formulas.results().get(i)) + "* out" + i);
        String extents = axes == 1 ? "" : ", " + list(axes - 1, axis -> index() + " extent" + (axis + 1));
        return in + ", " + out + ", const int32_t* skip, int64_t elements" + extents;
    }

    private static String type(DType type) {
        return switch (type) {
            case F32 -> "float";
            case U8 -> "uint8_t";
            case I32 -> "int32_t";
            case I64 -> "int64_t";
            case BOOL -> "pointwise::Flag";
            case BF16 -> "pointwise::Bf16";
            case F64 ->
                throw new IllegalStateException(
                        "pointwise: expected elements of f32, bf16, i32, i64, u8 or bool, got " + type);
        };
    }

    /** What is computed with. */
    private String number() {
        return tape.integers() ? "int64_t" : "float";
    }

    /** The function that makes a number of an element. */
    private String read() {
        return tape.integers() ? "pointwise::whole" : "pointwise::element";
    }

    /** Division by an extent takes a fraction of the time in 32 bits. */
    private String index() {
        return formulas.size() <= Integer.MAX_VALUE ? "uint32_t" : "int64_t";
    }

    /** Instructions as statements: the slot of each result becomes a constant of its own. */
    private void writeFormula(String kernel) {
        line(
                "__device__ inline void %s_formula(%s, %s) {",
                kernel,
                list(inputs, i -> number() + " x" + i),
                list(outputs, i -> type(formulas.results().get(i)) + "* y" + i));
        List<String> slots = new ArrayList<>();
        for (int i = 0; i < tape.slots(); i++) {
            slots.add(i < inputs ? "x" + i : "");
        }
        for (int i = 0; i < tape.constants().length; i++) {
            double constant = tape.constants()[i];
            slots.set(inputs + i, tape.integers() ? "int64_t{" + (long) constant + "LL}" : literal((float) constant));
        }
        int[] code = tape.code();
        for (int at = 0; at < code.length; at += Bytecode.WORDS) {
            Bytecode.Opcode opcode = Bytecode.Opcode.values()[code[at]];
            int from = at + 2;
            String operands = IntStream.range(from, at + Bytecode.WORDS)
                    .filter(k -> code[k] >= 0)
                    .mapToObj(k -> slots.get(code[k]))
                    .collect(Collectors.joining(", "));
            String result = "t" + at / Bytecode.WORDS;
            line("    const %s %s = pointwise::%s(%s);", number(), result, function(opcode), operands);
            slots.set(code[at + 1], result);
        }
        for (int i = 0; i < outputs; i++) {
            String single = formulas.results().get(i) == DType.F32 && !tape.integers()
                    ? "*y%d = %s;"
                    : "pointwise::store(y%d, %s);";
            line("    " + single, i, slots.get(tape.outputs()[i]));
        }
        line("}");
    }

    private static String function(Bytecode.Opcode opcode) {
        String name = opcode.name().toLowerCase(Locale.ROOT);
        return NO_NAMES.contains(name) ? name + "_" : name;
    }

    private static String literal(float value) {
        if (Float.isNaN(value)) {
            return "NAN";
        } else if (Float.isInfinite(value)) {
            return value > 0 ? "INFINITY" : "-INFINITY";
        }
        return Float.toHexString(value) + "f";
    }

    /** Four elements a turn where all lies on multiples of 16 bytes, the rest one by one. */
    private void writeVectorLoop(String kernel) {
        String pointers = IntStream.range(0, inputs)
                .filter(i -> !isScalar(i))
                .mapToObj(i -> "is_aligned(in" + i + ") && ")
                .collect(Collectors.joining());
        String results = IntStream.range(0, outputs)
                .mapToObj(i -> "is_aligned(out" + i + ")")
                .collect(Collectors.joining(" && "));
        line("    const int64_t vectors = %s%s ? elements / kVector : 0;", pointers, results);
        line("    for (int64_t i = first_element(); i < vectors; i += element_stride()) {");
        for (int i = 0; i < inputs; i++) {
            if (!isScalar(i)) {
                line("        const float4 x%d = pointwise::elements(in%d + i * kVector);", i, i);
            }
        }
        line("        float4 %s;", list(outputs, i -> "y" + i));
        for (String lane : LANES) {
            line(
                    "        %s_formula(%s, %s);",
                    kernel,
                    list(inputs, i -> "x" + i + (isScalar(i) ? "" : "." + lane)),
                    list(outputs, i -> "&y" + i + "." + lane));
        }
        for (int i = 0; i < outputs; i++) {
            line("        store_vector(out%d + i * kVector, y%d);", i, i);
        }
        line("    }");
        line("    for (int64_t i = vectors * kVector + first_element(); i < elements; i += element_stride()) {");
        writeCall(kernel, i -> "i");
        line("    }");
    }

    private void writeLoop(String kernel) {
        line("    for (int64_t i = first_element(); i < elements; i += element_stride()) {");
        writeCall(kernel, i -> "i");
        line("    }");
    }

    private void writeIndexedLoop(String kernel) {
        line("    for (int64_t i = first_element(); i < elements; i += element_stride()) {");
        line("        %s rest = i;", index());
        int first = 0;
        while (!isLookedUp(first)) {
            first++;
        }
        for (int axis = axes - 1; axis > first; axis--) {
            if (isLookedUp(axis)) {
                line("        const %s at%d = rest %% extent%d;", index(), axis, axis);
            }
            line("        rest /= extent%d;", axis);
        }
        line("        const %s at%d = rest%s;", index(), first, first == 0 ? "" : " % extent" + first);
        writeCall(kernel, this::offset);
        line("    }");
    }

    /** Whether an input's element is found by the position along an axis. */
    private boolean isLookedUp(int axis) {
        return IntStream.range(0, inputs).anyMatch(i -> follows(i, axis) && !isContiguous(i));
    }

    private boolean isContiguous(int input) {
        return IntStream.range(0, axes).allMatch(axis -> follows(input, axis));
    }

    /** The formula for the element i, written where it belongs. */
    private void writeCall(String kernel, IntFunction<String> offset) {
        line(
                "        %s_formula(%s, %s);",
                kernel,
                list(inputs, i -> isScalar(i) ? "x" + i : read() + "(in" + i + "[" + offset.apply(i) + "])"),
                list(outputs, i -> "out" + i + " + i"));
    }

    /** The index of an input's element: its axes' positions in row-major order, axes along which it repeats left out. */
    private String offset(int input) {
        if (isContiguous(input)) {
            return "i";
        }
        String offset = null;
        for (int axis = 0; axis < axes; axis++) {
            if (follows(input, axis)) {
                offset = offset == null ? "at" + axis : "(" + offset + ") * extent" + axis + " + at" + axis;
            }
        }
        return offset;
    }
}
