package schuss.ops;

import java.util.List;

/**
 * A tensor of given numbers: class weights, a fixed filter, a table. They are part of the program; what changes between
 * runs is an input or a parameter.
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
