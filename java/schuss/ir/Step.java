package schuss.ir;

import java.util.List;
import java.util.stream.Collectors;
import schuss.ops.Op;
import schuss.ops.Type;
import schuss.ops.Value;

/**
 * One line of a program: an op, what it reads and what it makes.
 *
 * @param path the layer it stems from; gradient steps end in a prime
 */
public record Step(Op op, List<Value> inputs, List<Value> outputs, String path, Section section) {
    public Step {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** The same step in another section. */
    public Step in(Section other) {
        return new Step(op, inputs, outputs, path, other);
    }

    public List<Type> inputTypes() {
        return inputs.stream().map(Value::type).toList();
    }

    public List<Type> outputTypes() {
        return outputs.stream().map(Value::type).toList();
    }

    /** What it multiplies and adds. */
    public long multiplyAdds() {
        return op.multiplyAdds(inputTypes());
    }

    /** The floating-point operations it takes. */
    public long operations() {
        return op.operations(inputTypes());
    }

    /** The bytes that it has to read and write. */
    public long bytesMoved() {
        return op.bytesMoved(inputTypes());
    }

    /** What an error says of this step: {@code MatMul "0.dense"}. */
    public String label() {
        return path.isEmpty() ? op.name() : op.name() + " \"" + path + "\"";
    }

    @Override
    public String toString() {
        String made = outputs.stream().map(Value::toString).collect(Collectors.joining(", "));
        String read = inputs.stream().map(v -> "%" + v.id()).collect(Collectors.joining(", "));
        return (made.isEmpty() ? "" : made + " = ") + op.name() + "(" + read + ")"
                + (path.isEmpty() ? "" : "  # " + path);
    }
}
