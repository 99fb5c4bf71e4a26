package schuss.ops;

import java.util.List;
import schuss.Shape;

/** A tensor of one repeated number, such as the slope 1 that differentiation starts from. */
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
