package schuss.zoo;

import java.util.Arrays;

/**
 * Well-known networks, composed of public layers.
 *
 * <pre>{@code
 * Model model = Model.create(Zoo.mlp(10, 500, 500), Shape.of(28, 28, 1), device, 42);
 * }</pre>
 */
public final class Zoo {
    private Zoo() {}

    /** Hidden layers of these widths with ReLU, then one output per class. */
    public static Mlp mlp(int classes, int... hidden) {
        return new Mlp(classes, Arrays.stream(hidden).boxed().toList(), 0, 0);
    }
}
