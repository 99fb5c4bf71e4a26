package schuss.conformance;

import java.util.ArrayList;
import java.util.List;
import schuss.ir.Section;
import schuss.ir.Step;
import schuss.ops.Graph;
import schuss.ops.Op;
import schuss.ops.Type;
import schuss.ops.Value;

/** A graph without layers: what an op and its gradient write down. */
final class Steps implements Graph {
    private final List<Step> steps = new ArrayList<>();
    private int values;

    /** A value from outside. */
    Value input(Type type) {
        return new Value(this, values++, type);
    }

    Value[] inputs(List<Operand> operands) {
        return operands.stream().map(o -> input(o.type())).toArray(Value[]::new);
    }

    List<Step> steps() {
        return steps;
    }

    @Override
    public List<Value> apply(Op op, List<Value> inputs) {
        List<Value> outputs = op.infer(inputs.stream().map(Value::type).toList()).stream()
                .map(this::input)
                .toList();
        steps.add(new Step(op, inputs, outputs, "", Section.BODY));
        return outputs;
    }
}
