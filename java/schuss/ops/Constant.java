package schuss.ops;

import java.util.List;
import schuss.Shape;

/**
 * A tensor of given numbers, row-major: class weights, a fixed filter. They are part of the program; what changes between
 * runs is an input or a parameter.
 */
public record Constant(Shape shape, List<Double> values) implements Op {
    public Constant {
        values = List.copyOf(values);
        if (values.size() != shape.size()) {
            throw new IllegalArgumentException(
                    "Constant: expected " + shape.size() + " numbers of " + shape + ", got " + values.size());
        }
    }

    @Override
    public String name() {
        return "Constant " + shape;
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.isEmpty(), "no inputs", inputs.size());
        return List.of(Type.f32(shape));
    }
}
