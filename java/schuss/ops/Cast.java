package schuss.ops;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import schuss.DType;

/**
 * Converts every element to another element type; f64 is not supported.
 *
 * <ul>
 *   <li>To bf16 and f32: rounded to the nearest number, ties to even; NaN stays NaN. Integers become bf16 by way of
 *       f32.
 *   <li>From f32 and bf16 to integers: the fraction is cut off. Numbers out of range become the smallest or largest
 *       integer of the type, and NaN becomes 0, as in XLA (C leaves both undefined).
 *   <li>From one integer type to another: the lowest bits are kept, as in C and PyTorch.
 *   <li>To bool: true unless 0; NaN is true. From bool: 0 or 1.
 * </ul>
 *
 * <p>Gradient: dy cast back to the type of x. Integers and bools have none.
 *
 * @param to the element type of the result
 */
public record Cast(DType to) implements Op {
    @Override
    public String name() {
        return "Cast to " + to.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == 1, "1 input", inputs.size());
        Type x = inputs.get(0);
        expect(x.dtype() != DType.F64 && to != DType.F64, "f32, bf16, i32, i64, u8 or bool", x);
        return List.of(new Type(to, x.shape()));
    }

    @Override
    public Footprint footprint(List<Type> inputs) {
        return Footprint.POINT;
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        boolean real = x[0].dtype().isFloatingPoint() && to.isFloatingPoint();
        return Collections.singletonList(real ? dy[0].cast(x[0].dtype()) : null);
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return Collections.singletonList(to.isFloatingPoint() ? dx[0].cast(to) : null);
    }
}
