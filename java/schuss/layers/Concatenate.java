package schuss.layers;

import java.util.List;
import schuss.ops.Value;

/**
 * Parallel branches: every branch gets the same input, and their outputs are joined along the last axis (the channels of
 * images). All other axes of the outputs must be equal.
 *
 * <pre>{@code
 * Layer inception = Concatenate.of(new Conv2d(16, 1), new Conv2d(16, 3), new Conv2d(8, 5)); // 40 channels
 * }</pre>
 *
 * @param branches the layers that run side by side, at least one
 */
public record Concatenate(List<Layer> branches) implements Layer {
    /**
     * Creates the layer from a list, which is copied.
     *
     * @param branches the layers that run side by side, at least one
     * @throws IllegalArgumentException if there are no branches
     */
    public Concatenate {
        branches = List.copyOf(branches);
        if (branches.isEmpty()) {
            throw new IllegalArgumentException("Concatenate: expected at least 1 branch, got none");
        }
    }

    /**
     * {@return a layer with these branches}
     *
     * @param branches the layers that run side by side, at least one
     */
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
