package schuss.backend.cuda;

import static org.bytedeco.cuda.global.cudart.cuMemcpyDtoDAsync;
import static schuss.DType.F32;
import static schuss.DType.I32;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import schuss.backend.Addresses;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.backend.Signature;
import schuss.backend.cuda.runtime.CudaMemory;
import schuss.backend.cuda.runtime.DeviceArrays;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.cuda.runtime.Owner;
import schuss.backend.cuda.runtime.Status;
import schuss.backend.cuda.runtime.StreamKernel;
import schuss.ir.Step;
import schuss.ops.Constant;
import schuss.ops.ExpectFinite;
import schuss.ops.Guard;
import schuss.ops.MaxNorm;
import schuss.passes.Requirements;

/**
 * Kernels of the ops around a network's layers: constants, the guard over the update, and the limit on weight norms.
 */
final class CudaBookkeeping {
    private static final int BLOCK = 256;
    private static final int THREADS_OF_UNIT = 8; // in max_norm.cu: a block of 256 has 32 units
    private static final int GUARD_CHUNK = 4096; // as in guard.cu
    private static final int MOST_ROWS = 1024; // of blocks: more values share them

    private CudaBookkeeping() {}

    static void register(Kernels kernels, Gpu gpu) {
        kernels.register(Constant.class, Signature.NONE, (op, step, threads) -> at -> constant(op, at, gpu));
        kernels.register(Guard.class, Signature.of(F32, F32, I32), (op, step, threads) -> guard(step, gpu));
        kernels.register(ExpectFinite.class, Signature.each(F32, I32), (op, step, threads) -> expectFinite(step, gpu));
        kernels.register(MaxNorm.class, Signature.of(F32, I32), (op, step, threads) -> maxNorm(op, gpu));
    }

    /** The numbers lie on the GPU from the start, to be copied to where the program reads them. */
    private static Kernel constant(Constant op, Addresses at, Gpu gpu) {
        DeviceArrays arrays = new DeviceArrays();
        arrays.add(op.value().bytes());
        CudaMemory memory = arrays.upload(gpu);
        long from = memory.address();
        long to = at.output(0);
        long bytes = op.value().type().bytes();
        StreamKernel copy = () -> Status.check(cuMemcpyDtoDAsync(to, from, bytes, gpu.stream()), "copy of a constant");
        return new Owner(copy, memory);
    }

    private static Prepared guard(Step step, Gpu gpu) {
        long size = step.inputs().get(1).shape().size();
        long chunks = (size + GUARD_CHUNK - 1) / GUARD_CHUNK;
        Prepared prepared = at -> {
            Kernel sums = gpu.launch("guard", "guard_chunks")
                    .over(BLOCK * chunks)
                    .pointer(at.input(1))
                    .int64(size)
                    .pointer(at.scratch())
                    .build();
            Kernel norm = gpu.launch("guard", "guard_norm")
                    .pointer(at.input(0))
                    .pointer(at.scratch())
                    .int64(chunks)
                    .pointer(at.output(0))
                    .pointer(at.input(2))
                    .build();
            return new Sequence(List.of(sums, norm));
        };
        return prepared.withNeeds(Requirements.scratch(Math.max(chunks, 1) * Double.BYTES));
    }

    /** One launch for all values, whose addresses lie on the GPU from the start. */
    private static Prepared expectFinite(Step step, Gpu gpu) {
        int count = step.inputs().size() - 1;
        long[] sizes = new long[count];
        Arrays.setAll(sizes, i -> step.inputs().get(1 + i).shape().size());
        long largest = Arrays.stream(sizes).max().orElseThrow();
        return at -> {
            long[] values = new long[count];
            Arrays.setAll(values, i -> at.input(1 + i));
            DeviceArrays arrays = new DeviceArrays();
            int valuesAt = arrays.add(values);
            int sizesAt = arrays.add(sizes);
            CudaMemory memory = arrays.upload(gpu);
            Kernel kernel = gpu.launch("guard", "expect_finite")
                    .over(largest)
                    .across(Math.min(count, MOST_ROWS))
                    .pointer(memory.address() + valuesAt)
                    .pointer(memory.address() + sizesAt)
                    .int64(count)
                    .pointer(at.input(0))
                    .build();
            return new Owner(kernel, memory);
        };
    }

    private static Prepared maxNorm(MaxNorm op, Gpu gpu) {
        return at -> {
            List<Kernel> parts = new ArrayList<>();
            for (MaxNorm.Part part : op.parts()) {
                parts.add(gpu.launch("max_norm", "max_norm")
                        .over(THREADS_OF_UNIT * part.units())
                        .pointer(at.input(0) + part.from() * Float.BYTES)
                        .int64(part.incoming())
                        .int64(part.units())
                        .float64(part.limit())
                        .pointer(at.input(1))
                        .build());
            }
            return new Sequence(parts);
        };
    }
}
