package schuss.backend.cuda.runtime;

import static org.bytedeco.cuda.global.cudart.cuMemsetD8Async;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import schuss.DType;
import schuss.backend.Addresses;
import schuss.backend.Kernel;
import schuss.ir.Step;
import schuss.ops.Value;

/** A kernel that waits for the GPU after each run and looks for NaN in the step's results. */
public final class FiniteCheck implements Kernel {
    /** One of the step's results. */
    private record Result(String what, Value value, Kernel search) {}

    private final Kernel kernel;
    private final Step step;
    private final Gpu gpu;
    private final long first; // where the search leaves the index of the first NaN
    private final List<Result> results = new ArrayList<>();
    private final ByteBuffer index = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());

    public FiniteCheck(Kernel kernel, Step step, Addresses at, Gpu gpu) {
        this.kernel = kernel;
        this.step = step;
        this.gpu = gpu;
        first = gpu.allocate(Long.BYTES);
        for (int i = 0; i < step.outputs().size(); i++) {
            add("output " + i, step.outputs().get(i), at.output(i));
        }
        for (int input : step.op().mutates()) {
            add("input " + input + ", which it changes,", step.inputs().get(input), at.input(input));
        }
    }

    private void add(String what, Value value, long address) {
        if (value.dtype() == DType.F32) {
            long n = value.shape().size();
            Kernel search = gpu.launch("check", "first_nan")
                    .over(n)
                    .pointer(address)
                    .int64(n)
                    .pointer(first)
                    .build();
            results.add(new Result(what, value, search));
        }
    }

    @Override
    public void run() {
        try {
            kernel.run();
            gpu.synchronize();
        } catch (CudaException e) {
            throw new CudaException(step.label() + ": " + e.getMessage());
        }
        for (Result result : results) {
            Status.check(cuMemsetD8Async(first, (byte) 0xff, Long.BYTES, gpu.stream()), "cuMemsetD8Async");
            result.search.run();
            gpu.staging().read(first, index);
            if (index.getLong(0) >= 0) {
                throw new CudaException(step.label() + ": expected numbers in its " + result.what + " of "
                        + result.value.type() + ", got NaN at element " + index.getLong(0));
            }
        }
    }

    @Override
    public void close() {
        kernel.close();
        gpu.free(first, Long.BYTES);
    }
}
