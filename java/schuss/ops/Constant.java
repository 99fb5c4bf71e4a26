package schuss.ops;

import java.util.List;

/**
 * A tensor whose numbers are part of the program, such as class weights or a fixed filter. Numbers that change between
 * runs are inputs or parameters instead. It takes no inputs and has no gradient.
 *
 * @param value the type, shape and elements
 */
public record Constant(Literal value) implements Op {
    @Override
    public String name() {
        return "Constant " + value.type().shape();
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.isEmpty(), "no inputs", inputs.size());
        return List.of(value.type());
    }
}
