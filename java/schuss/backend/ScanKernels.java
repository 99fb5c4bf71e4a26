package schuss.backend;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.DType;
import schuss.ir.Place;
import schuss.ir.Program;
import schuss.ir.Scan;
import schuss.ir.Section;
import schuss.ir.Step;
import schuss.ops.Expression;
import schuss.ops.Pointwise;
import schuss.ops.Value;
import schuss.passes.Needs;
import schuss.passes.Plan;

/**
 * A scan on any backend: the kernels of its body, prepared once and bound for every step, with the addresses of that step's
 * elements. What is carried lies in two buffers that change places, or where the step puts it out anyway.
 */
final class ScanKernels implements Prepared {
    private final Scan scan;
    private final Backend backend;
    private final List<Value> inputs;
    private final List<Value> outputs;
    private final PlannedProgram body;
    private final Map<Value, Integer> roles = new HashMap<>(); // by root: which of the outputs lies there
    private final long[] carriedOffsets; // of the first buffer of each carried value, behind the body's arena
    private final Prepared[] copies; // of what the last step carries to where the result is wanted
    private final long scratch;

    ScanKernels(Scan scan, Backend backend, int threads) {
        this.scan = scan;
        this.backend = backend;
        inputs = List.copyOf(scan.body().inputs().values());
        outputs = List.copyOf(scan.body().outputs().values());
        body = new PlannedProgram(outside(scan.body()), backend, threads, true);
        for (int i = 0; i < outputs.size(); i++) {
            roles.put(body.plan().root(outputs.get(i)), i);
        }
        carriedOffsets = new long[scan.carried()];
        copies = new Prepared[scan.carried()];
        long end = Plan.align(body.plan().arenaBytes());
        for (int i = 0; i < carriedOffsets.length; i++) {
            carriedOffsets[i] = end;
            end += 2 * carriedBytes(i);
            copies[i] = backend.prepare(copy(inputs.get(i)), threads);
        }
        scratch = end;
    }

    /** The body with its outputs outside of the arena. */
    private static Program outside(Program program) {
        Map<Value, Place> places = new LinkedHashMap<>(program.places());
        program.outputs().forEach((name, value) -> places.put(value, Place.whole(name)));
        return new Program(program.inputs(), program.slots(), places, program.steps(), program.outputs());
    }

    private static Step copy(Value like) {
        if (like.dtype() != DType.F32) {
            throw new IllegalStateException("Scan: expected to carry values of type F32, got " + like.type());
        }
        Value source = new Value(like.graph(), 0, like.type());
        Value target = new Value(like.graph(), 1, like.type());
        return new Step(new Pointwise(Expression.input(0), 1), List.of(source), List.of(target), "", Section.BODY);
    }

    private long bytes(Value value) {
        return value.shape().size() * backend.bytes(value.dtype());
    }

    private long carriedBytes(int index) {
        return Plan.align(bytes(inputs.get(index)));
    }

    @Override
    public Needs needs() {
        return Needs.scratch(scratch);
    }

    @Override
    public Kernel bind(Addresses at) {
        List<Kernel> kernels = new ArrayList<>();
        long[] carried = new long[scan.carried()]; // where the step at hand reads what is carried
        for (int i = 0; i < carried.length; i++) {
            carried[i] = at.input(i);
        }
        for (int turn = 0; turn < scan.steps(); turn++) {
            int place = scan.reverse() ? scan.steps() - 1 - turn : turn;
            long[] given = new long[inputs.size()];
            for (int i = 0; i < given.length; i++) {
                boolean element = i >= carried.length && i < carried.length + scan.sequences();
                given[i] = i < carried.length ? carried[i] : at.input(i) + (element ? place * bytes(inputs.get(i)) : 0);
            }
            long[] made = new long[outputs.size()];
            for (int i = 0; i < made.length; i++) {
                made[i] = i < carried.length
                        ? at.scratch() + carriedOffsets[i] + turn % 2 * carriedBytes(i)
                        : at.output(i) + place * bytes(outputs.get(i));
            }
            Map<Value, Long> addresses = new HashMap<>();
            for (int i = 0; i < given.length; i++) {
                addresses.put(inputs.get(i), given[i]);
            }
            body.bind(
                    value -> locate(value, addresses, made, at.scratch()),
                    at.scratch(),
                    (step, kernel) -> kernels.add(kernel));
            System.arraycopy(made, 0, carried, 0, carried.length);
        }
        for (int i = 0; i < carried.length; i++) {
            kernels.add(copies[i].bind(new Copy(carried[i], at.output(i))));
        }
        return new Sequence(kernels);
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
        for (Prepared copy : copies) {
            copy.close();
        }
    }
}
