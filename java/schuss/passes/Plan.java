package schuss.passes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import schuss.DType;
import schuss.ir.Program;
import schuss.ir.Section;
import schuss.ir.Step;
import schuss.ops.Reshape;
import schuss.ops.Value;

/**
 * Assigns memory to every value of a program. Values that are neither inputs nor stored in slots share one arena, where
 * two values may have the same place if one is no longer needed before the other is made. Reshapes and results computed
 * in place are views of other values. Results of the DERIVE section have a memory of their own, which survives the run.
 */
public final class Plan {
    /** Every buffer starts at a multiple of this many bytes. */
    public static final int ALIGNMENT = 256;

    /** A part of the arena, and the steps between which it is in use. */
    record Buffer(int first, int last, long bytes) {}

    private final Map<Value, Value> roots = new HashMap<>();
    private final Map<Value, Long> offsets = new LinkedHashMap<>();
    private final long[] scratch;
    private final Map<Value, Buffer> buffers = new LinkedHashMap<>();
    private final Map<Value, Long> derived = new LinkedHashMap<>(); // places in a memory of their own
    private long arenaBytes;
    private long derivedBytes;

    private Plan(int steps) {
        scratch = new long[steps];
    }

    /**
     * Plans the memory of a program.
     *
     * @param program the program
     * @param needs the requirements of every step, in order
     * @param bytes the size of one element of a type
     * @param alias false gives each value a place of its own, for tests
     * @return the plan
     */
    public static Plan of(Program program, List<Requirements> needs, ToIntFunction<DType> bytes, boolean alias) {
        Plan plan = new Plan(program.steps().size());
        plan.findBuffers(program, needs, bytes, alias);
        plan.place(needs, alias);
        return plan;
    }

    /**
     * {@return the value whose memory this one uses: itself, or the one it is a view of}
     *
     * @param value of the program
     */
    public Value root(Value value) {
        Value root = roots.getOrDefault(value, value);
        return root == value ? value : root(root);
    }

    /**
     * {@return the place of a value in the arena, or in the memory of derived values, in bytes}
     *
     * @param value whose root lies in one of the two
     */
    public long offset(Value value) {
        Value root = root(value);
        return isDerived(value) ? derived.get(root) : offsets.get(root);
    }

    /**
     * {@return whether a value lies in the memory of derived values}
     *
     * @param value of the program
     */
    public boolean isDerived(Value value) {
        return derived.containsKey(root(value));
    }

    /** {@return the size of the memory of derived values in bytes} */
    public long derivedBytes() {
        return derivedBytes;
    }

    /**
     * {@return the place of a step's scratch memory in the arena, in bytes}
     *
     * @param step the index of the step
     */
    public long scratchOffset(int step) {
        return scratch[step];
    }

    /** {@return the size of the arena in bytes} */
    public long arenaBytes() {
        return arenaBytes;
    }

    /** The last step that reads the memory of a value; for tests. */
    int lastUse(Value value) {
        return buffers.get(root(value)).last;
    }

    private void findBuffers(Program program, List<Requirements> needs, ToIntFunction<DType> bytes, boolean alias) {
        List<Step> steps = program.steps();
        Map<Value, Integer> lastUse = new HashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.op() instanceof Reshape) {
                roots.put(step.outputs().get(0), step.inputs().get(0));
            }
            for (Value value : step.inputs()) {
                lastUse.put(root(value), i);
            }
        }
        program.outputs().values().forEach(v -> lastUse.put(root(v), steps.size()));
        // a view that lies outside the arena takes the memory it views there
        Set<Value> elsewhere = new HashSet<>(program.inputs().values());
        program.places().keySet().forEach(v -> elsewhere.add(root(v)));

        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.op() instanceof Reshape) {
                continue;
            }
            for (int o = 0; o < step.outputs().size(); o++) {
                Value output = step.outputs().get(o);
                if (elsewhere.contains(output)) {
                    continue;
                }
                long size = Math.max(
                        output.shape().size() * bytes.applyAsInt(output.dtype()),
                        needs.get(i).saved().getOrDefault(o, 0L));
                if (step.section() == Section.DERIVE) {
                    derived.put(output, derivedBytes);
                    derivedBytes += align(size);
                    continue;
                }
                int last = lastUse.getOrDefault(output, i);
                Value reused = alias && o == 0 ? inPlace(step, needs.get(i), i, size) : null;
                if (reused != null) {
                    roots.put(output, reused);
                    Buffer old = buffers.get(reused);
                    buffers.put(reused, new Buffer(old.first, Math.max(old.last, last), old.bytes));
                } else {
                    buffers.put(output, new Buffer(i, last, size));
                }
            }
        }
    }

    /**
     * The input whose memory the output takes over, or null. The input must not be needed after this step, and have the
     * same size.
     */
    private Value inPlace(Step step, Requirements needs, int index, long size) {
        for (int input : needs.overwrites()) {
            Value root = root(step.inputs().get(input));
            Buffer buffer = buffers.get(root);
            boolean alone = step.inputs().stream()
                            .filter(v -> root(v) == root)
                            .distinct()
                            .count()
                    == 1;
            if (buffer != null && buffer.last == index && buffer.bytes == size && alone) {
                return root;
            }
        }
        return null;
    }

    /** Places the largest buffers first, each at the lowest offset that is free while it is in use. */
    private void place(List<Requirements> needs, boolean alias) {
        Map<Object, Buffer> all = new LinkedHashMap<>(buffers);
        for (int i = 0; i < needs.size(); i++) {
            if (needs.get(i).scratchBytes() > 0) {
                all.put(i, new Buffer(i, i, needs.get(i).scratchBytes()));
            }
        }
        List<Map.Entry<Object, Buffer>> order = new ArrayList<>(all.entrySet());
        order.sort(Comparator.comparingLong(e -> -e.getValue().bytes()));
        int end = needs.size(); // outputs are in use behind the last step
        Packing packing = new Packing(end + 1);
        for (Map.Entry<Object, Buffer> entry : order) {
            Buffer buffer = entry.getValue();
            long offset = packing.place(alias ? buffer : new Buffer(0, end, buffer.bytes));
            if (entry.getKey() instanceof Value value) {
                offsets.put(value, offset);
            } else {
                scratch[(Integer) entry.getKey()] = offset;
            }
        }
        arenaBytes = packing.bytes();
    }

    /**
     * Rounds up to the next multiple of {@link #ALIGNMENT}.
     *
     * @param bytes the number to round
     * @return the next multiple
     */
    public static long align(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
