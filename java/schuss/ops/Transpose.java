package schuss.ops;

import java.util.List;
import java.util.stream.IntStream;
import schuss.Shape;

/**
 * Reorders the axes: axis i of the result is axis permutation[i] of the input. It takes any element type. Gradient: the
 * inverse permutation of dy.
 *
 * @param permutation each axis from 0 to rank - 1 once
 */
public record Transpose(List<Integer> permutation) implements Op {
    /**
     * Creates the record; the list is copied.
     *
     * @param permutation each axis from 0 to rank - 1 once
     */
    public Transpose {
        permutation = List.copyOf(permutation);
    }

    @Override
    public String name() {
        return "Transpose" + permutation;
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        Shape x = inputs.get(0).shape();
        List<Integer> axes = IntStream.range(0, x.rank()).boxed().toList();
        expect(permutation.stream().sorted().toList().equals(axes), "each axis of " + x + " once", permutation);
        Shape y = Shape.of(permutation.stream().mapToInt(x::dim).toArray());
        return List.of(new Type(inputs.get(0).dtype(), y));
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        int[] back =
                IntStream.range(0, permutation.size()).map(permutation::indexOf).toArray();
        return List.of(dy[0].transpose(back));
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return List.of(Value.of(this, dx[0]));
    }
}
