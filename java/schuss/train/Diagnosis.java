package schuss.train;

import java.util.Map;
import schuss.DType;
import schuss.Model;
import schuss.Spec;
import schuss.backend.Executable;
import schuss.backend.Memory;
import schuss.ops.Value;
import schuss.program.Layout;
import schuss.program.Step;
import schuss.program.Variable;

/** Finds the first number that is not finite: in the weights, in the batch, or in what a step made of them. */
final class Diagnosis {
    private final Model model;
    private final Workspace workspace;
    private final Executable executable;
    private String found;

    Diagnosis(Model model, Workspace workspace, Executable executable) {
        this.model = model;
        this.workspace = workspace;
        this.executable = executable;
    }

    /** Looks at the batch that is loaded, examples {@code order[from]} and on; says what was found and where. */
    String find(Spec input, int[] order, int from, int count) {
        for (Map.Entry<String, Layout.Entry> entry : model.layout().entries().entrySet()) {
            int size = Math.toIntExact(entry.getValue().parameter().shape().size());
            float bad = firstBad(
                    workspace.weights().of(Variable.Kind.PARAMETERS),
                    entry.getValue().offset(),
                    size,
                    index -> {});
            if (bad != 0) {
                return bad + " in the parameter \"" + entry.getKey() + "\"";
            }
        }
        if (input.dtype() == DType.F32) {
            int size = Math.toIntExact(input.shape().size());
            int[] index = new int[1];
            float bad = firstBad(workspace.batch().input(), 0, size * count, i -> index[0] = i);
            if (bad != 0) {
                return bad + " in the data, example " + order[from + index[0] / size] + ", number " + index[0] % size;
            }
        }
        executable.runBody(this::look);
        return found != null ? found : "a gradient norm that is not";
    }

    private void look(Step step) {
        if (found != null) {
            return;
        }
        for (Value output : step.outputs()) {
            float[] values = new float[Math.toIntExact(output.shape().size())];
            executable.read(output, values, 0, values.length);
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    found = value + " from " + step.label();
                    return;
                }
            }
        }
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
