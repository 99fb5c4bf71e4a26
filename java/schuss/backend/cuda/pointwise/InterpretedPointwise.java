package schuss.backend.cuda.pointwise;

import java.util.Arrays;
import schuss.backend.Kernel;
import schuss.backend.cuda.runtime.CudaMemory;
import schuss.backend.cuda.runtime.DeviceArrays;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.cuda.runtime.Owner;
import schuss.backend.kernels.Bytecode;
import schuss.backend.kernels.Elementwise;

/**
 * Element-wise formulas by the kernels of {@code pointwise.cu}, which interpret instructions.
 *
 * @param gpu the GPU
 */
public record InterpretedPointwise(Gpu gpu) implements Elementwise.Engine {
    private static final int MOST_AXES = 8;
    private static final int FEW_SLOTS = 32;
    private static final int MOST_SLOTS = 256;

    @Override
    public Elementwise.Formula prepare(Elementwise formulas, int threads) {
        Elementwise merged = formulas.merged();
        int slots = merged.tape().slots();
        int axes = merged.extents().length;
        if (axes > MOST_AXES || slots > MOST_SLOTS) {
            throw new IllegalStateException("pointwise: expected at most " + MOST_AXES + " axes and " + MOST_SLOTS
                    + " inputs, constants and intermediate results, got " + axes + " and " + slots
                    + "; write the formula as several");
        }
        int[] types = Elementwise.codes(merged.types());
        int[] results = Elementwise.codes(merged.results());
        return (inputs, outputs, skip) -> bind(merged, types, results, inputs, outputs, skip);
    }

    private Kernel bind(Elementwise formulas, int[] types, int[] results, long[] inputs, long[] outputs, long skip) {
        Bytecode tape = formulas.tape();
        DeviceArrays arrays = new DeviceArrays();
        int code =
                arrays.add(Arrays.stream(tape.code()).map(i -> Math.max(i, 0)).toArray());
        int constants = arrays.add(tape.constants());
        int inputsAt = arrays.add(inputs);
        int typesAt = arrays.add(types);
        int strides = arrays.add(formulas.strides());
        int outputsAt = arrays.add(outputs);
        int resultsAt = arrays.add(results);
        int slots = arrays.add(tape.outputs());
        int extents = arrays.add(formulas.extents());
        CudaMemory memory = arrays.upload(gpu);
        long at = memory.address();
        long size = formulas.size();
        String numbers = tape.integers() ? "pointwise_integers_" : "pointwise_";
        Kernel kernel = gpu.launch("pointwise", numbers + (tape.slots() > FEW_SLOTS ? MOST_SLOTS : FEW_SLOTS))
                .over(size)
                .pointer(at + code)
                .int32(tape.code().length / Bytecode.WORDS)
                .pointer(at + constants)
                .int32(tape.constants().length)
                .pointer(at + inputsAt)
                .pointer(at + typesAt)
                .int32(inputs.length)
                .pointer(at + strides)
                .pointer(at + outputsAt)
                .pointer(at + resultsAt)
                .pointer(at + slots)
                .int32(outputs.length)
                .pointer(at + extents)
                .int32(formulas.extents().length)
                .int64(size)
                .pointer(skip)
                .build();
        return new Owner(kernel, memory);
    }
}
