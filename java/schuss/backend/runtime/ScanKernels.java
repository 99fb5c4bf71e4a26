package schuss.backend.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.backend.Addresses;
import schuss.backend.Backend;
import schuss.backend.Kernel;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.ir.Place;
import schuss.ir.Program;
import schuss.ir.Scan;
import schuss.ir.Section;
import schuss.ir.Step;
import schuss.ops.Expression;
import schuss.ops.Pointwise;
import schuss.ops.Value;
import schuss.passes.Plan;
import schuss.passes.Requirements;

/**
 * A scan on any backend. The kernels of its body are prepared once, and bound for every iteration to the addresses of
 * that iteration's elements. The state lies in two buffers that swap roles. Elements that are not aligned as the
 * backend's kernels expect are copied through aligned buffers.
 */
final class ScanKernels implements Prepared {
    private final Scan scan;
    private final Backend backend;
    private final List<Value> inputs;
    private final List<Value> outputs;
    private final PlannedProgram body;
    private final Map<Value, Integer> roles = new HashMap<>(); // by root: which of the outputs lies there
    private final Map<Value, Prepared> copies = new HashMap<>(); // of a value from one place to another
    private final Map<Value, Long> buffers = new HashMap<>(); // behind the body's arena
    private long scratch;

    ScanKernels(Scan scan, Backend backend, int threads) {
        this.scan = scan;
        this.backend = backend;
        inputs = List.copyOf(scan.body().inputs().values());
        outputs = List.copyOf(scan.body().outputs().values());
        body = new PlannedProgram(outside(scan.body()), backend, threads, true);
        scratch = Plan.align(body.plan().arenaBytes());
        for (int i = 0; i < outputs.size(); i++) {
            Value output = outputs.get(i);
            roles.put(body.plan().root(output), i);
            if (i < scan.carried()) {
                buffer(output, 2, threads);
            } else if (passes(output)) {
                buffer(output, 1, threads);
            }
        }
        for (int i = scan.carried(); i < scan.carried() + scan.sequences(); i++) {
            if (passes(inputs.get(i))) {
                buffer(inputs.get(i), 1, threads);
            }
        }
    }

    /** Whether not all elements of such a sequence begin where kernels expect it. */
    private boolean passes(Value element) {
        return backend.aligned() && bytes(element) % Plan.ALIGNMENT != 0;
    }

    private void buffer(Value value, int count, int threads) {
        buffers.put(value, scratch);
        copies.put(value, backend.prepare(copy(value), threads));
        scratch += count * Plan.align(bytes(value));
    }

    /** The body with its outputs outside of the arena. */
    private static Program outside(Program program) {
        Map<Value, Place> places = new LinkedHashMap<>(program.places());
        program.outputs().forEach((name, value) -> places.put(value, Place.whole(name)));
        return new Program(program.inputs(), program.slots(), places, program.steps(), program.outputs());
    }

    private static Step copy(Value like) {
        Value source = new Value(like.graph(), 0, like.type());
        Value target = new Value(like.graph(), 1, like.type());
        return new Step(new Pointwise(Expression.input(0), 1), List.of(source), List.of(target), "", Section.BODY);
    }

    private long bytes(Value value) {
        return value.shape().size() * backend.bytes(value.dtype());
    }

    @Override
    public Requirements needs() {
        return Requirements.scratch(scratch);
    }

    @Override
    public Kernel bind(Addresses at) {
        List<Kernel> kernels = new ArrayList<>();
        long[] carried = new long[scan.carried()]; // where the step at hand reads what is carried
        for (int i = 0; i < carried.length; i++) {
            carried[i] = at.input(i);
        }
        for (int turn = 0; turn < scan.steps(); turn++) {
            bind(at, turn, carried, kernels);
        }
        for (int i = 0; i < carried.length; i++) {
            kernels.add(copies.get(outputs.get(i)).bind(new Copy(carried[i], at.output(i))));
        }
        return new Sequence(kernels);
    }

    private void bind(Addresses at, int turn, long[] carried, List<Kernel> kernels) {
        int place = scan.reverse() ? scan.steps() - 1 - turn : turn;
        Map<Value, Long> given = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            Value input = inputs.get(i);
            long address = i < carried.length ? carried[i] : at.input(i);
            if (i >= carried.length && i < carried.length + scan.sequences()) {
                address += place * bytes(input);
                if (buffers.containsKey(input)) {
                    long aligned = at.scratch() + buffers.get(input);
                    kernels.add(copies.get(input).bind(new Copy(address, aligned)));
                    address = aligned;
                }
            }
            given.put(input, address);
        }
        long[] made = new long[outputs.size()];
        for (int i = 0; i < made.length; i++) {
            Value output = outputs.get(i);
            long other = i < carried.length ? turn % 2 * Plan.align(bytes(output)) : 0; // the one that is not read
            made[i] = buffers.containsKey(output)
                    ? at.scratch() + buffers.get(output) + other
                    : at.output(i) + place * bytes(output);
        }
        body.bind(
                value -> locate(value, given, made, at.scratch()), at.scratch(), (step, kernel) -> kernels.add(kernel));
        for (int i = carried.length; i < made.length; i++) {
            Value output = outputs.get(i);
            if (buffers.containsKey(output)) {
                kernels.add(copies.get(output).bind(new Copy(made[i], at.output(i) + place * bytes(output))));
            }
        }
        System.arraycopy(made, 0, carried, 0, carried.length);
    }

    private long locate(Value value, Map<Value, Long> given, long[] made, long arena) {
        Value root = body.plan().root(value);
        Integer role = roles.get(root);
        if (role != null) {
            return made[role];
        }
        Long input = given.get(root);
        return input != null ? input : arena + body.plan().offset(root);
    }

    /** From one place to another. */
    private record Copy(long from, long to) implements Addresses {
        @Override
        public long input(int index) {
            return from;
        }

        @Override
        public long output(int index) {
            return to;
        }

        @Override
        public long scratch() {
            return 0;
        }
    }

    @Override
    public void close() {
        body.close();
        copies.values().forEach(Prepared::close);
    }
}
