package schuss.ops;

import java.util.List;
import schuss.Shape;

/**
 * An f32 tensor that repeats one number, such as the gradient 1 that differentiation starts from. It takes no inputs.
 *
 * @param shape the extents
 * @param value the value of every element
 */
public record Fill(Shape shape, double value) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.isEmpty(), "no inputs", inputs.size());
        return List.of(Type.f32(shape));
    }

    @Override
    public Call call(List<Type> inputs) {
        return Call.of("memory_kernels", "fill", value, shape.size());
    }
}
