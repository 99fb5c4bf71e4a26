package schuss.backend.cuda.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import schuss.backend.Addresses;
import schuss.backend.ArrayKernel;
import schuss.backend.Kernel;
import schuss.backend.Prepared;
import schuss.backend.kernels.ElementCodec;
import schuss.ir.Step;
import schuss.ops.Op;
import schuss.ops.Value;

/**
 * A kernel in plain Java on the host. Every run waits for the GPU and copies the data there and back.
 *
 * @param <O> the kind of op
 * @param op the op
 * @param step its inputs and outputs
 * @param kernel computes the outputs
 * @param gpu the GPU
 */
public record HostKernel<O extends Op>(O op, Step step, ArrayKernel<O> kernel, Gpu gpu) implements Prepared {
    /** One value's bytes on the host and its elements as doubles. */
    private record View(long address, Value value, ByteBuffer bytes, double[] elements) {
        static View of(long address, Value value) {
            int count = Math.toIntExact(value.shape().size());
            ByteBuffer bytes = ByteBuffer.allocateDirect(
                            Math.multiplyExact(count, value.dtype().bytes()))
                    .order(ByteOrder.nativeOrder());
            return new View(address, value, bytes, new double[count]);
        }
    }

    @Override
    public Kernel bind(Addresses at) {
        List<Value> in = step.inputs();
        List<Value> out = step.outputs();
        View[] inputs = new View[in.size()];
        java.util.Arrays.setAll(inputs, i -> View.of(at.input(i), in.get(i)));
        View[] outputs = new View[out.size()];
        java.util.Arrays.setAll(outputs, i -> View.of(at.output(i), out.get(i)));
        double[][] x = java.util.Arrays.stream(inputs).map(View::elements).toArray(double[][]::new);
        double[][] y = java.util.Arrays.stream(outputs).map(View::elements).toArray(double[][]::new);
        return () -> {
            for (View view : inputs) {
                gpu.staging().read(view.address, view.bytes);
                ElementCodec.read(view.value.dtype(), view.bytes, view.elements);
            }
            kernel.run(op, x, y);
            for (View view : outputs) {
                ElementCodec.write(view.value.dtype(), view.elements, view.bytes);
                gpu.staging().write(view.address, view.bytes);
            }
        };
    }
}
