package schuss.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.backend.Backend;
import schuss.backend.Prepared;
import schuss.conformance.RandomNetwork;
import schuss.internal.Inside;
import schuss.ir.Program;
import schuss.ir.Section;
import schuss.ir.Step;
import schuss.ops.Reshape;
import schuss.ops.Value;

/** What must hold of every plan, found by walking through the program and keeping account of who wrote each byte last. */
class PlanTest {
    @Test
    void everyStepReadsWhatWasWrittenForIt() {
        try (Device cpu = Device.cpu(1);
                Device reference = Device.reference()) {
            for (Device device : new Device[] {cpu, reference}) {
                for (int seed = 0; seed < 100; seed++) {
                    RandomNetwork network = new RandomNetwork(seed);
                    Program fused = network.training()
                            .compiled(Inside.of(device, Backend.class).abilities(1));
                    Program plain = network.gradients().program();
                    for (Program program : List.of(fused, plain)) {
                        long apart = new Account(program, device, false).check(network.toString());
                        long shared = new Account(program, device, true).check(network.toString());
                        assertTrue(shared <= apart, network + ": " + shared + " bytes shared, " + apart + " apart");
                    }
                }
            }
        }
    }

    /** A piece of the arena and the value last written there; null for scratch. */
    private record Piece(long from, long to, Value owner) {
        boolean overlaps(Piece other) {
            return from < other.to && other.from < to;
        }
    }

    private static final class Account {
        private final Program program;
        private final Device device;
        private final boolean alias;
        private final List<Requirements> needs = new ArrayList<>();
        private final Plan plan;
        private final Set<Value> outside = new HashSet<>();
        private final Map<Value, Value> viewed = new HashMap<>(); // reshapes, by our own account
        private final List<Piece> written = new ArrayList<>();

        Account(Program program, Device device, boolean alias) {
            this.program = program;
            this.device = device;
            this.alias = alias;
            for (Step step : program.steps()) {
                if (step.op() instanceof Reshape) {
                    needs.add(Requirements.NONE);
                    viewed.put(step.outputs().get(0), source(step.inputs().get(0)));
                } else {
                    Prepared prepared = Inside.of(device, Backend.class).prepare(step, 1);
                    needs.add(prepared.needs());
                    prepared.close();
                }
            }
            plan = Plan.of(program, needs, Inside.of(device, Backend.class)::bytes, alias);
            program.inputs().values().forEach(v -> outside.add(source(v)));
            program.places().keySet().forEach(v -> outside.add(source(v)));
            takeDerived();
        }

        /** Derived values outlive the run: each has a place of its own, in a memory of its own. */
        private void takeDerived() {
            long end = 0;
            for (Step step : program.steps()) {
                for (Value made : step.outputs()) {
                    if (step.section() == Section.DERIVE && !outside.contains(source(made)) && outside.add(made)) {
                        assertTrue(plan.isDerived(made), made + " is derived");
                        if (source(made).equals(made)) {
                            assertTrue(plan.offset(made) >= end, made + " has no place of its own");
                            end = plan.offset(made)
                                    + made.shape().size()
                                            * Inside.of(device, Backend.class).bytes(made.dtype());
                        }
                    }
                }
            }
            assertTrue(end <= plan.derivedBytes(), "derived values end outside");
        }

        private Value source(Value value) {
            return viewed.getOrDefault(value, value);
        }

        private Piece piece(Value value) {
            long from = plan.offset(value);
            long bytes = value.shape().size() * Inside.of(device, Backend.class).bytes(value.dtype());
            assertEquals(0, from % Plan.ALIGNMENT, () -> value + " lies at " + from);
            assertTrue(from + bytes <= plan.arenaBytes(), () -> value + " ends outside");
            return new Piece(from, from + bytes, source(value));
        }

        long check(String what) {
            for (int i = 0; i < program.steps().size(); i++) {
                Step step = program.steps().get(i);
                String where = what + ", " + step + ", " + (alias ? "shared" : "apart");
                for (Value input : step.inputs()) {
                    read(input, where);
                }
                if (!(step.op() instanceof Reshape)) {
                    write(i, step, where);
                }
            }
            program.outputs().values().forEach(v -> read(v, what + ", after the run"));
            return plan.arenaBytes();
        }

        private void read(Value value, String where) {
            if (outside.contains(source(value))) {
                return;
            }
            Piece piece = piece(value);
            assertTrue(
                    written.stream().anyMatch(p -> p.equals(piece)),
                    () -> where + ": reads " + value + ", which something else has overwritten");
        }

        private void write(int index, Step step, String where) {
            List<Piece> made = new ArrayList<>();
            for (Value output : step.outputs()) {
                if (!outside.contains(output)) {
                    made.add(piece(output));
                }
            }
            long scratch = needs.get(index).scratchBytes();
            if (scratch > 0) {
                long from = plan.scratchOffset(index);
                assertEquals(0, from % Plan.ALIGNMENT);
                assertTrue(from + scratch <= plan.arenaBytes(), where);
                made.add(new Piece(from, from + scratch, null));
            }
            for (int a = 0; a < made.size(); a++) {
                for (int b = 0; b < a; b++) {
                    assertTrue(!made.get(a).overlaps(made.get(b)), where + ": results overlap");
                }
            }
            for (int k = 0; k < step.inputs().size(); k++) {
                Value input = step.inputs().get(k);
                if (!outside.contains(source(input))) {
                    checkInput(step, index, k, piece(input), made, where);
                }
            }
            for (Piece piece : made) {
                if (!alias) {
                    assertTrue(written.stream().noneMatch(piece::overlaps), where + ": shares a place");
                }
                written.removeIf(piece::overlaps);
                if (piece.owner() != null) {
                    written.add(piece);
                }
            }
        }

        /** What is read may be overwritten only as a whole, by the first output, where the kernel allows it. */
        private void checkInput(Step step, int index, int input, Piece read, List<Piece> made, String where) {
            for (Piece piece : made) {
                if (piece.overlaps(read)) {
                    boolean same = piece.from() == read.from() && piece.to() == read.to();
                    boolean first = piece.owner() == step.outputs().get(0);
                    boolean allowed = false;
                    for (int k : needs.get(index).overwrites()) { // the same value may be read twice
                        allowed |= source(step.inputs().get(k))
                                == source(step.inputs().get(input));
                    }
                    assertTrue(same && first && allowed, where + ": overwrites its input " + input);
                }
            }
        }
    }
}
