package schuss.ops;

import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * Raises a flag if the loss or the norm of all gradients is not finite. While it is raised no update writes anything,
 * until the host lowers it. Inputs: the loss f32, all gradients f32 as one vector, the flag i32. Output: the norm,
 * sqrt(sum(g * g)).
 */
public record Guard() implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
        List<DType> types = inputs.stream().map(Type::dtype).toList();
        expect(types.equals(List.of(DType.F32, DType.F32, DType.I32)), "f32 loss and gradients, i32 flag", inputs);
        return List.of(Type.f32(Shape.of()));
    }

    /** A multiplication and an addition for each gradient. */
    @Override
    public long operations(List<Type> inputs) {
        return 2 * inputs.get(1).shape().size();
    }

    @Override
    public List<Integer> mutates() {
        return List.of(2);
    }
}
