package schuss.layers;

import java.util.List;
import schuss.ops.Value;

/**
 * Parallel branches on the same input, whose outputs follow each other along the last axis, as channels do. All but that
 * axis are equal.
 *
 * <pre>{@code
 * Layer inception = Concatenate.of(new Conv2d(16, 1), new Conv2d(16, 3), new Conv2d(8, 5));
 * }</pre>
 */
public record Concatenate(List<Layer> branches) implements Layer {
    public Concatenate {
        branches = List.copyOf(branches);
        if (branches.isEmpty()) {
            throw new IllegalArgumentException("Concatenate: expected at least 1 branch, got none");
        }
    }

    public static Concatenate of(Layer... branches) {
        return new Concatenate(List.of(branches));
    }

    @Override
    public Value forward(Scope scope, Value x) {
        Value[] outputs = new Value[branches.size()];
        for (int i = 0; i < outputs.length; i++) {
            Layer branch = branches.get(i);
            outputs[i] = scope.apply(i + "." + branch.name(), branch, x);
        }
        return Value.concat(-1, outputs);
    }
}
