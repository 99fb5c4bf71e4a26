package schuss.ops;

import java.util.List;
import schuss.Shape;

/**
 * The matrix product y = op(a) op(b), where op transposes when its flag is set. a is (m, k), or (k, m) when transposed;
 * b is (k, n), or (n, k); y is (m, n). Both are of one type, f32 or bf16, and so is y.
 *
 * <p>Gradients: da = dy b', db = a' dy (and the transposed forms), each one more product.
 */
public record MatMul(boolean transposeA, boolean transposeB) implements Op {
    @Override
    public String name() {
        return transposeA || transposeB ? "MatMul" + (transposeA ? " a'" : "") + (transposeB ? " b'" : "") : "MatMul";
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == 2, "2 inputs", inputs.size());
        Shape a = inputs.get(0).shape();
        Shape b = inputs.get(1).shape();
        expect(a.rank() == 2 && b.rank() == 2, "two matrices", a + " and " + b);
        expect(
                expectReal(inputs, 0).dtype() == inputs.get(1).dtype(),
                "matrices of one type",
                inputs.get(0) + " and " + inputs.get(1));
        expect(inner(a) == b.dim(transposeB ? 1 : 0), "equal inner extents", a + " and " + b);
        Shape y = Shape.of(a.dim(transposeA ? 1 : 0), b.dim(transposeB ? 0 : 1));
        return List.of(new Type(inputs.get(0).dtype(), y));
    }

    /** The extent that the product sums over. */
    public int inner(Shape a) {
        return a.dim(transposeA ? 0 : 1);
    }

    @Override
    public long multiplyAdds(List<Type> inputs) {
        Shape y = infer(inputs).get(0).shape();
        return y.size() * inner(inputs.get(0).shape());
    }

    /** Rows are positions: each sees its own. */
    @Override
    public Footprint footprint(List<Type> inputs) {
        return transposeA ? null : Footprint.POINT;
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        Value a = x[0];
        Value b = x[1];
        Value d = dy[0];
        Value da = transposeA ? product(b, transposeB, d, true) : product(d, false, b, !transposeB);
        Value db = transposeB ? product(d, true, a, transposeA) : product(a, !transposeA, d, false);
        return List.of(da, db);
    }

    private static Value product(Value a, boolean transposeA, Value b, boolean transposeB) {
        return Value.of(new MatMul(transposeA, transposeB), a, b);
    }
}
