package schuss.backend.cuda;

import java.util.Map;
import schuss.Shape;
import schuss.backend.Kernel;
import schuss.backend.NativeFunction;
import schuss.backend.Prepared;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.cuda.runtime.Launch;
import schuss.ir.Step;
import schuss.ops.Accumulate;
import schuss.ops.Accuracy;
import schuss.ops.Call;
import schuss.ops.CrossEntropy;
import schuss.ops.Dropout;
import schuss.ops.LogSoftmax;
import schuss.ops.Normal;
import schuss.ops.Op;
import schuss.ops.PutRows;
import schuss.ops.Softmax;
import schuss.ops.Value;
import schuss.passes.Requirements;

/**
 * Ops that are a single launch of the kernel they name, with one thread per element of the result unless it says
 * otherwise here.
 */
final class CudaCalls {
    private static final int WARP = 32;
    private static final int DRAWS = 4; // of one call of the random generator

    /** How threads share the work of a step. */
    @FunctionalInterface
    private interface Geometry {
        void shape(Launch.Builder kernel, Step step);
    }

    private static final Map<Class<? extends Op>, Geometry> GEOMETRIES = Map.of(
            Softmax.class, CudaCalls::warpToRow,
            LogSoftmax.class, CudaCalls::warpToRow,
            Accuracy.class, CudaCalls::warpToRow,
            CrossEntropy.class, CudaCalls::blockToRow,
            CrossEntropy.Gradient.class, CudaCalls::blockToRow,
            Dropout.class,
                    (kernel, step) ->
                            kernel.over(draws(step.inputs().get(0).shape().size() / ((Dropout) step.op()).shared())),
            Normal.class,
                    (kernel, step) ->
                            kernel.over(draws(step.outputs().get(0).shape().size())),
            PutRows.class,
                    (kernel, step) -> kernel.over(step.inputs().get(2).shape().size()),
            Accumulate.class,
                    (kernel, step) -> {
                        int columns = ((Accumulate) step.op()).columns();
                        if (columns == 1) {
                            kernel.grid(1);
                        } else {
                            kernel.over(columns);
                        }
                    });

    private CudaCalls() {}

    /** A launch with the addresses and numbers of a call. */
    static Prepared prepare(Call call, NativeFunction function, Step step, Gpu gpu) {
        Geometry geometry = GEOMETRIES.getOrDefault(step.op().getClass(), CudaCalls::threadToElement);
        Prepared prepared = at -> {
            Launch.Builder kernel = gpu.launch(call.file(), function.name());
            geometry.shape(kernel, step);
            for (long address : NativeFunction.addresses(call, step, at)) {
                kernel.pointer(address);
            }
            return withNumbers(kernel, call, function);
        };
        return prepared.withNeeds(new Requirements(0, call.overwrites()));
    }

    private static Kernel withNumbers(Launch.Builder kernel, Call call, NativeFunction function) {
        for (int i = 0; i < call.numbers().size(); i++) {
            Number number = call.numbers().get(i);
            switch (function.numbers().get(i)) {
                case I32 -> kernel.int32(number.intValue());
                case I64 -> kernel.int64(number.longValue());
                case F32 -> kernel.float32(number.floatValue());
                default -> kernel.float64(number.doubleValue());
            }
        }
        return kernel.build();
    }

    /** Of the largest output, or of the first input where the step changes its inputs. */
    private static void threadToElement(Launch.Builder kernel, Step step) {
        kernel.over(step.outputs().stream()
                .map(Value::shape)
                .mapToLong(Shape::size)
                .max()
                .orElseGet(() -> step.inputs().get(0).shape().size()));
    }

    private static void warpToRow(Launch.Builder kernel, Step step) {
        Shape x = step.inputs().get(0).shape();
        kernel.over(x.size() / x.dim(-1) * WARP);
    }

    private static void blockToRow(Launch.Builder kernel, Step step) {
        Shape x = step.inputs().get(0).shape();
        int block = Columns.blockOfRow(x.dim(-1));
        kernel.block(block).over(x.size() / x.dim(-1) * block);
    }

    /** Calls of the random generator for so many numbers. */
    private static long draws(long numbers) {
        return (numbers + DRAWS - 1) / DRAWS;
    }
}
