package schuss.ir;

import java.util.List;
import java.util.stream.Collectors;
import schuss.ops.Op;
import schuss.ops.Type;
import schuss.ops.Value;

/**
 * One line of a program: an op, the values it reads and the values it makes.
 *
 * @param op the operation
 * @param inputs the values it reads
 * @param outputs the values it makes; empty for an op that only changes variables
 * @param path the layer it comes from; that of a gradient step ends in a prime (')
 * @param section the part of the program it runs in
 */
public record Step(Op op, List<Value> inputs, List<Value> outputs, String path, Section section) {
    /**
     * Creates the record; the lists are copied.
     *
     * @param op the operation
     * @param inputs the values it reads
     * @param outputs the values it makes; empty for an op that only changes variables
     * @param path the layer it comes from; that of a gradient step ends in a prime (')
     * @param section the part of the program it runs in
     */
    public Step {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /**
     * {@return the same step in another section}
     *
     * @param other the section
     */
    public Step in(Section other) {
        return new Step(op, inputs, outputs, path, other);
    }

    /** {@return the types of the inputs} */
    public List<Type> inputTypes() {
        return inputs.stream().map(Value::type).toList();
    }

    /** {@return the types of the outputs} */
    public List<Type> outputTypes() {
        return outputs.stream().map(Value::type).toList();
    }

    /** {@return the number of multiply-add pairs; see {@link Op#multiplyAdds}} */
    public long multiplyAdds() {
        return op.multiplyAdds(inputTypes());
    }

    /** {@return the number of floating-point operations; see {@link Op#operations}} */
    public long operations() {
        return op.operations(inputTypes());
    }

    /** {@return the number of bytes the step has to read and write; see {@link Op#bytesMoved}} */
    public long bytesMoved() {
        return op.bytesMoved(inputTypes());
    }

    /** {@return how errors name this step: {@code MatMul "0.dense"}} */
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
