package schuss.train.loop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import schuss.DType;
import schuss.Model;
import schuss.Session;
import schuss.Spec;
import schuss.backend.Memory;
import schuss.data.Dataset;
import schuss.ir.Layout;
import schuss.ir.Place;
import schuss.ir.Step;
import schuss.ops.Blend;
import schuss.ops.CrossEntropy;
import schuss.ops.Reshape;
import schuss.ops.Value;
import schuss.trace.IndexBounds;
import schuss.trace.Slots;

/**
 * Finds what made the loss or a gradient not finite: a number in the weights or in the batch, a label that is no class, or
 * else the first step with a result that is not finite.
 */
final class Diagnosis {
    private static final String NOT_FINITE = "expected finite numbers, got ";

    private final Model model;
    private final Workspace workspace;
    private final Batch batch;
    private final Session session;
    private String found;
    private String state; // that would not stay finite

    /** Of the batch that is loaded, and the session that has run on it. */
    Diagnosis(Model model, Workspace workspace, Batch batch, Session session) {
        this.model = model;
        this.workspace = workspace;
        this.batch = batch;
        this.session = session;
    }

    /** Looks at the batch that is loaded, examples {@code order[from]} and on; says what was expected and what found. */
    String find(Dataset data, int[] order, int from, int count) {
        String parameter = notFinite(
                workspace.state().weights().parameters(), model.declarations().layout());
        if (parameter != null) {
            return NOT_FINITE + parameter.replaceFirst(" ", " in the parameter ");
        }
        String number = badNumber(data.inputs(), batch::input, order, from, count);
        if (number == null) {
            number = badNumber(data.targets(), batch::target, order, from, count);
        }
        if (number != null) {
            return number;
        }
        String wrong = wrongNumber(data, order, from, count);
        if (wrong != null) {
            return wrong;
        }
        Map<Value, String> states = states();
        session.runBody(step -> look(step, states));
        return NOT_FINITE + (found != null ? found : "a gradient norm that is not") + (state != null ? state : "");
    }

    /** The first number of some fields that is not finite, in words, or null. */
    private static String badNumber(List<Spec> fields, IntFunction<Memory> memory, int[] order, int from, int count) {
        for (int field = 0; field < fields.size(); field++) {
            Spec spec = fields.get(field);
            if (spec.dtype() == DType.F32) {
                int size = Math.toIntExact(spec.shape().size());
                int[] index = new int[1];
                float bad = firstBad(memory.apply(field), 0, size * count, i -> index[0] = i);
                if (bad != 0) {
                    return NOT_FINITE + bad + " in the data, "
                            + (fields.size() > 1 ? "\"" + spec.name() + "\" of " : "") + "example "
                            + order[from + index[0] / size] + ", number " + index[0] % size;
                }
            }
        }
        return null;
    }

    /** The first index that points outside of its table, or the first label that is no class, in words; null for none. */
    String wrongNumber(Dataset data, int[] order, int from, int count) {
        IndexBounds bounds = new IndexBounds(session.program());
        for (int field = 0; field < data.inputs().size(); field++) {
            Spec spec = data.inputs().get(field);
            int size = Math.toIntExact(spec.shape().size());
            if (spec.dtype() == DType.I32) {
                for (int i = 0; i < count; i++) {
                    ByteBuffer indices =
                            ByteBuffer.allocateDirect(size * Integer.BYTES).order(ByteOrder.nativeOrder());
                    batch.input(field).read(DType.I32, (long) i * size, indices);
                    String outside = bounds.outside(
                            batch.spec().inputs().get(field).name(), indices.clear(), size, order[from + i]);
                    if (outside != null) {
                        return "input \"" + spec.name() + "\": " + outside;
                    }
                }
            }
        }
        return wrongLabel(data, order, from, count);
    }

    /** The first label that the loss has no class for, in words, or null; of the batch that is loaded, likewise. */
    private String wrongLabel(Dataset data, int[] order, int from, int count) {
        Map<Value, Value> views = new HashMap<>(); // what was reshaped, by what came of it
        for (Step step : session.program().steps()) {
            if (step.op() instanceof Reshape) {
                views.put(step.outputs().get(0), step.inputs().get(0));
            } else if (step.op() instanceof CrossEntropy) {
                Value labels = step.inputs().get(1);
                while (views.containsKey(labels)) {
                    labels = views.get(labels);
                }
                for (int field = 0; field < data.targets().size(); field++) {
                    String name = batch.spec().targets().get(field).name();
                    if (labels.equals(session.program().inputs().get(name))) {
                        String wrong = wrongLabel(step, data.targets(), field, order, from, count);
                        if (wrong != null) {
                            return wrong;
                        }
                    }
                }
            }
        }
        return null;
    }

    private String wrongLabel(Step entropy, List<Spec> targets, int field, int[] order, int from, int count) {
        int classes = entropy.inputs().get(0).shape().dim(1);
        int size = Math.toIntExact(targets.get(field).shape().size());
        ByteBuffer labels =
                ByteBuffer.allocateDirect(count * size * Integer.BYTES).order(ByteOrder.nativeOrder());
        batch.target(field).read(DType.I32, 0, labels);
        for (int i = 0; i < count * size; i++) {
            int label = labels.getInt(i * Integer.BYTES);
            if ((label < 0 || label >= classes) && !((CrossEntropy) entropy.op()).ignores(label)) {
                return "label " + label
                        + (targets.size() > 1 ? " \"" + targets.get(field).name() + "\"" : "") + " of example "
                        + order[from + i / size] + ": expected 0 to " + (classes - 1);
            }
        }
        return null;
    }

    /** What states are to follow, with their paths. */
    private Map<Value, String> states() {
        Map<Value, String> states = new HashMap<>();
        for (Step step : session.program().steps()) {
            Place place = step.op() instanceof Blend
                    ? session.program().places().get(step.inputs().get(1))
                    : null;
            if (place != null && place.slot().equals(Slots.STATES)) {
                states.putIfAbsent(step.inputs().get(0), place.entry());
            }
        }
        return states;
    }

    private void look(Step step, Map<Value, String> states) {
        for (Value output : step.outputs()) {
            if (found != null && (state != null || !states.containsKey(output))) {
                continue;
            }
            float[] values = new float[Math.toIntExact(output.shape().size())];
            session.read(output, values, 0, values.length);
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    found = found != null ? found : value + " from " + step.label();
                    state = state == null && states.containsKey(output)
                            ? ", for the state \"" + states.get(output) + "\""
                            : state;
                    break;
                }
            }
        }
    }

    /** The first number that is not finite, and the tensor in which it lies; null for none. */
    static String notFinite(Memory memory, Layout layout) {
        for (Layout.Entry entry : layout.entries().values()) {
            float bad = firstBad(
                    memory, entry.offset(), Math.toIntExact(entry.shape().size()), index -> {});
            if (bad != 0) {
                return bad + " \"" + entry.name() + "\"";
            }
        }
        return null;
    }

    /** The first number that is not finite, or 0; tells its index. */
    private static float firstBad(Memory memory, long from, int count, java.util.function.IntConsumer where) {
        float[] values = new float[count];
        memory.read(from, values, 0, count);
        for (int i = 0; i < count; i++) {
            if (!Float.isFinite(values[i])) {
                where.accept(i);
                return values[i];
            }
        }
        return 0;
    }
}
