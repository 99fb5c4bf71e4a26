package schuss.backend.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import schuss.backend.Addresses;
import schuss.backend.Backend;
import schuss.backend.Kernel;
import schuss.backend.Prepared;
import schuss.ir.Program;
import schuss.ir.Scan;
import schuss.ir.Step;
import schuss.ops.Op;
import schuss.ops.Reshape;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.passes.Plan;
import schuss.passes.Requirements;

/**
 * A program whose steps are prepared and whose memory is planned. It can be bound to addresses any number of times.
 */
final class PlannedProgram implements AutoCloseable {
    private final Program program;
    private final Backend backend;
    private final List<Prepared> prepared = new ArrayList<>(); // null for views
    private final Map<Alike, Prepared> distinct = new HashMap<>();
    private final Plan plan;

    /** Steps that one prepared kernel serves: repeated blocks of a network are prepared once. */
    private record Alike(Op op, List<Type> inputs, List<Type> outputs) {}

    PlannedProgram(Program program, Backend backend, int threads, boolean alias) {
        this.program = program;
        this.backend = backend;
        List<Requirements> needs = new ArrayList<>();
        backend.enter();
        try {
            for (Step step : program.steps()) {
                Prepared chosen = step.op() instanceof Reshape
                        ? null
                        : distinct.computeIfAbsent(
                                new Alike(step.op(), step.inputTypes(), step.outputTypes()),
                                alike -> prepare(step, threads));
                prepared.add(chosen);
                needs.add(chosen == null ? Requirements.NONE : chosen.needs());
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        plan = Plan.of(program, needs, backend::bytes, alias);
    }

    private Prepared prepare(Step step, int threads) {
        return step.op() instanceof Scan scan
                ? new ScanKernels(scan, backend, threads)
                : backend.prepare(step, threads);
    }

    Plan plan() {
        return plan;
    }

    /** Where a value of the program lies. */
    @FunctionalInterface
    interface Locator {
        long addressOf(Value value);
    }

    /** Takes each step with its kernel. */
    @FunctionalInterface
    interface Sink {
        void accept(Step step, Kernel kernel);
    }

    /**
     * Makes the kernels for these places, in order.
     *
     * @param arena the address of the scratch memory's arena
     */
    void bind(Locator locator, long arena, Sink sink) {
        for (int i = 0; i < prepared.size(); i++) {
            if (prepared.get(i) != null) {
                Step step = program.steps().get(i);
                Addresses addresses = new Bindings(
                        step.inputs().stream().mapToLong(locator::addressOf).toArray(),
                        step.outputs().stream().mapToLong(locator::addressOf).toArray(),
                        arena + plan.scratchOffset(i));
                sink.accept(
                        step, backend.watched(step, addresses, prepared.get(i).bind(addresses)));
            }
        }
    }

    /** The addresses of one step. */
    private static final class Bindings implements Addresses {
        private final long[] inputs;
        private final long[] outputs;
        private final long scratch;

        Bindings(long[] inputs, long[] outputs, long scratch) {
            this.inputs = inputs;
            this.outputs = outputs;
            this.scratch = scratch;
        }

        @Override
        public long input(int i) {
            return inputs[i];
        }

        @Override
        public long output(int i) {
            return outputs[i];
        }

        @Override
        public long scratch() {
            return scratch;
        }
    }

    @Override
    public void close() {
        distinct.values().forEach(Prepared::close);
        distinct.clear();
        prepared.clear();
    }
}
