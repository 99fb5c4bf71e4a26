package schuss;

import schuss.backend.Arena;
import schuss.backend.Executable;
import schuss.backend.Memory;
import schuss.backend.Weights;
import schuss.ops.Value;
import schuss.program.Program;
import schuss.program.Trace;
import schuss.program.Variable;

/** One compiled batch size with memory of its own, used by one thread at a time. */
final class InferenceSession implements AutoCloseable {
    private final int inputSize;
    private final int outputSize;
    private final Arena arena;
    private final Memory input;
    private final Executable executable;
    private final Value output;

    InferenceSession(Device device, Program program, int batch, int threads, Weights weights) {
        output = program.output(Trace.OUTPUT);
        inputSize = Math.toIntExact(inputOf(program).shape().size() / batch);
        outputSize = Math.toIntExact(output.shape().size() / batch);
        arena = new Arena(device.backend());
        input = device.backend()
                .allocate((long) batch * inputSize * device.backend().bytes(DType.F32));
        try {
            executable = new Executable(
                    program,
                    device.backend(),
                    threads,
                    arena,
                    variable -> variable.kind() == Variable.Kind.INPUT ? input : weights.of(variable.kind()));
        } catch (RuntimeException e) {
            input.close();
            throw e;
        }
    }

    private static Value inputOf(Program program) {
        return program.variables().entrySet().stream()
                .filter(e -> e.getValue().kind() == Variable.Kind.INPUT)
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    /**
     * Predicts {@code count} examples, at most the batch; rows beyond them hold what they held.
     *
     * @param version of the weights: what is derived of them is made anew when it differs from that of the last run
     */
    void run(long version, float[] x, int from, int count, float[] y, int to) {
        input.write(0, x, from * inputSize, count * inputSize);
        executable.run(version);
        executable.read(output, y, to * outputSize, count * outputSize);
    }

    @Override
    public void close() {
        executable.close();
        arena.close();
        input.close();
    }
}
