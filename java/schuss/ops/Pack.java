package schuss.ops;

import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * Brings one input of another op into the form that a kernel of that op wants: bytes whose meaning only the backend knows.
 *
 * @param reader the op that will read it, in a {@link Packed}
 * @param operands the types of that op's inputs
 * @param input which of them is packed
 * @param bytes the size of the packed form
 */
public record Pack(Op reader, List<Type> operands, int input, int bytes) implements Op {
    public Pack {
        operands = List.copyOf(operands);
    }

    @Override
    public String name() {
        return "Pack for " + reader.name();
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.equals(List.of(operands.get(input))), operands.get(input).toString(), inputs);
        return List.of(new Type(DType.U8, Shape.of(bytes)));
    }
}
