package schuss.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;

/** Gathers what a bind wants. Slots: inputs, constants, then up to three temporaries. */
final class NativeExpression {
    private final long[] extents;
    private int[] code = {};
    private double[] constants = {};
    private long[] inputs = {};
    private int[] types = {};
    private long[] strides = {};
    private long[] outputs = {};
    private int[] outputTypes = {};
    private int[] outputSlots = {};
    private boolean integers;
    private long skip;

    NativeExpression(int... extents) {
        this.extents = Arrays.stream(extents).asLongStream().toArray();
    }

    NativeExpression input(Memory memory, long... strides) {
        return input(0, memory, strides);
    }

    NativeExpression input(int type, Memory memory, long... strides) {
        inputs = append(inputs, memory.address);
        types = append(types, type);
        for (long stride : strides) {
            this.strides = append(this.strides, stride);
        }
        return this;
    }

    NativeExpression constant(double value) {
        constants = Arrays.copyOf(constants, constants.length + 1);
        constants[constants.length - 1] = value;
        return this;
    }

    NativeExpression step(int opcode, int destination, int... operands) {
        code = append(append(code, opcode), destination);
        for (int i = 0; i < 3; i++) {
            code = append(code, i < operands.length ? operands[i] : -1);
        }
        return this;
    }

    NativeExpression output(Memory memory, int slot) {
        return output(0, memory, slot);
    }

    NativeExpression output(int type, Memory memory, int slot) {
        outputs = append(outputs, memory.address);
        outputTypes = append(outputTypes, type);
        outputSlots = append(outputSlots, slot);
        return this;
    }

    /** Slots hold whole numbers. */
    NativeExpression inIntegers() {
        integers = true;
        return this;
    }

    NativeExpression skip(Memory flag) {
        skip = flag.address;
        return this;
    }

    void run(int threads) {
        long bound = bind(threads);
        assertNotEquals(0, bound, Native.schuss_last_error());
        Native.check(Native.schuss_pointwise_run(bound));
        Native.schuss_pointwise_free(bound);
    }

    String problem() {
        assertEquals(0, bind(1));
        return Native.schuss_last_error();
    }

    private long bind(int threads) {
        return Native.schuss_pointwise_bind(
                integers ? 1 : 0,
                code,
                code.length / 5,
                constants,
                constants.length,
                inputs,
                types,
                inputs.length,
                strides,
                outputs,
                outputTypes,
                outputSlots,
                outputs.length,
                extents,
                extents.length,
                inputs.length + constants.length + 3,
                skip,
                threads);
    }

    private static int[] append(int[] values, int value) {
        int[] longer = Arrays.copyOf(values, values.length + 1);
        longer[values.length] = value;
        return longer;
    }

    private static long[] append(long[] values, long value) {
        long[] longer = Arrays.copyOf(values, values.length + 1);
        longer[values.length] = value;
        return longer;
    }
}
