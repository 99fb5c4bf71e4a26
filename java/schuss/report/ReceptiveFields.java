package schuss.report;

import java.util.HashMap;
import java.util.Map;
import schuss.ir.Program;
import schuss.ir.Step;
import schuss.ops.Footprint;
import schuss.ops.Reshape;
import schuss.ops.Value;

/** The receptive field of every value of a program that depends on its input. */
final class ReceptiveFields {
    private final Map<Value, ReceptiveField> fields = new HashMap<>(); // null for values that see all of the input

    ReceptiveFields(Program program) {
        program.inputs().values().forEach(value -> fields.put(value, ReceptiveField.of(value.shape())));
        for (Step step : program.steps()) {
            if (step.inputs().stream().anyMatch(fields::containsKey)) {
                step.outputs().forEach(output -> fields.put(output, field(step, output)));
            }
        }
    }

    /** That of one value; null where it is not part of an image or sequence, or each of its positions sees all. */
    ReceptiveField of(Value value) {
        return fields.get(value);
    }

    private ReceptiveField field(Step step, Value output) {
        ReceptiveField joined = null;
        for (Value input : step.inputs()) {
            if (fields.containsKey(input)) {
                ReceptiveField through = through(step, input, output);
                if (through == null) {
                    return null;
                }
                joined = joined == null ? through : joined.joined(through);
            }
        }
        return joined;
    }

    private ReceptiveField through(Step step, Value input, Value output) {
        ReceptiveField field = fields.get(input);
        if (field == null) {
            return null;
        } else if (step.op() instanceof Reshape) {
            return field.reshaped(input.shape(), output.shape());
        }
        Footprint footprint = step.op().footprint(step.inputTypes());
        return footprint == null ? null : field.through(footprint, output.shape());
    }
}
