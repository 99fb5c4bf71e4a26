package schuss;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import schuss.backend.Arena;
import schuss.backend.Backend;
import schuss.backend.Executable;
import schuss.backend.Memory;
import schuss.backend.Storage;
import schuss.backend.Weights;
import schuss.ir.Program;
import schuss.layers.Network;
import schuss.ops.Value;
import schuss.trace.Slots;

/** One compiled batch size with memory of its own, used by one thread at a time. */
final class InferenceSession implements AutoCloseable {
    private final int inputSize;
    private final int outputSize;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final Memory input;
    private final Memory random;
    private final ByteBuffer integers; // on their way to an i32 input
    private final ByteBuffer randomState = direct(2 * Long.BYTES);
    private final Executable executable;
    private final Value output;

    InferenceSession(Device device, Program program, int batch, int threads, Weights weights) {
        Value x = program.inputs().values().iterator().next();
        output = program.output(Network.OUTPUT);
        inputSize = Math.toIntExact(x.shape().size() / batch);
        outputSize = Math.toIntExact(output.shape().size() / batch);
        if (output.shape().isScalar() || output.shape().dim(0) != batch) {
            throw new IllegalArgumentException(
                    "network: expected an output for each of " + batch + " examples, got " + output.shape());
        }
        integers = x.dtype() == DType.I32 ? direct(Math.multiplyExact(batch * inputSize, Integer.BYTES)) : null;
        Backend backend = device.backend();
        try {
            input = own(backend.allocate((long) batch * inputSize * backend.bytes(x.dtype())));
            random = own(backend.allocate(2L * backend.bytes(DType.I64)));
            Arena arena = own(new Arena(backend));
            executable = own(new Executable(program, backend, threads, arena, new Storage() {
                @Override
                public Memory input(String name) {
                    return input;
                }

                @Override
                public Memory slot(String name) {
                    return name.equals(Slots.RANDOM) ? random : weights.slot(name);
                }
            }));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T own(T closeable) {
        owned.push(closeable);
        return closeable;
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** Takes {@code count} examples, at most the batch; rows beyond them hold what they held. */
    void load(float[] x, int from, int count) {
        input.write(0, x, from * inputSize, count * inputSize);
    }

    /** {@link #load(float[], int, int)} of integers. */
    void load(int[] x, int from, int count) {
        integers.clear();
        for (int i = from * inputSize; i < (from + count) * inputSize; i++) {
            integers.putInt(x[i]);
        }
        input.write(DType.I32, 0, integers.flip());
    }

    /** Draws from here on what this seed and step give. */
    void draw(long seed, long step) {
        randomState.putLong(0, seed).putLong(Long.BYTES, step);
        random.write(DType.I64, 0, randomState);
    }

    /**
     * Predicts {@code count} of the examples that were loaded.
     *
     * @param version of the weights: what is derived of them is made anew when it differs from that of the last run
     */
    void run(long version, int count, float[] y, int to) {
        executable.run(version);
        executable.read(output, y, to * outputSize, count * outputSize);
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            Resource.closeQuietly(owned.pop());
        }
    }
}
