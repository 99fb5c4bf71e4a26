package schuss.ops;

import java.util.ArrayList;
import java.util.List;
import schuss.Shape;

/**
 * Joins tensors along one axis, one after the other. All other extents and the element types must be equal. Gradient:
 * the slice of dy that belongs to each input.
 *
 * @param axis the axis to join along, from 0
 */
public record Concatenate(int axis) implements Op {
    @Override
    public String name() {
        return "Concatenate[" + axis + "]";
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(!inputs.isEmpty(), "at least 1 input", "none");
        Type first = inputs.get(0);
        expect(axis >= 0 && axis < first.shape().rank(), "an axis of " + first.shape(), axis);
        int extent = 0;
        for (Type input : inputs) {
            boolean fits = input.dtype() == first.dtype()
                    && input.shape().rank() == first.shape().rank()
                    && input.shape().with(axis, 1).equals(first.shape().with(axis, 1));
            expect(fits, "inputs like " + first + " but for axis " + axis, input);
            extent = Math.addExact(extent, input.shape().dim(axis));
        }
        return List.of(new Type(first.dtype(), first.shape().with(axis, extent)));
    }

    /** A point if channels are joined: along any other axis, positions move. */
    @Override
    public Footprint footprint(List<Type> inputs) {
        return axis == inputs.get(0).shape().rank() - 1 ? Footprint.POINT : null;
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        List<Value> gradients = new ArrayList<>();
        int at = 0;
        for (Value input : x) {
            Shape shape = input.shape();
            gradients.add(dy[0].slice(axis, at, at + shape.dim(axis)));
            at += shape.dim(axis);
        }
        return gradients;
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        Value[] parts = new Value[x.length];
        for (int i = 0; i < x.length; i++) {
            parts[i] = dx[i] == null ? x[i].fill(x[i].shape(), 0) : dx[i];
        }
        return List.of(Value.of(this, parts));
    }
}
