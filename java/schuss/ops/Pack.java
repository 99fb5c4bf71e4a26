package schuss.ops;

import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * Converts one input of another op to the layout that a kernel of that op prefers. The result is u8(bytes); only the
 * backend knows what the bytes mean.
 *
 * @param reader the op that will read the result, inside a {@link Packed}
 * @param operands the types of that op's inputs
 * @param input the index of the input that is packed
 * @param bytes the size of the packed form
 */
public record Pack(Op reader, List<Type> operands, int input, int bytes) implements Op {
    /**
     * Creates the record; the list is copied.
     *
     * @param reader the op that will read the result, inside a {@link Packed}
     * @param operands the types of that op's inputs
     * @param input the index of the input that is packed
     * @param bytes the size of the packed form
     */
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
