package schuss.cli.options;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Whole numbers separated by commas, such as the widths of layers or the extents of a shape.
 *
 * @param values the numbers
 */
public record Widths(List<Integer> values) {
    public Widths {
        values = List.copyOf(values);
    }

    public static Widths of(int... values) {
        return new Widths(java.util.Arrays.stream(values).boxed().toList());
    }

    /** Like {@code 500,500}. */
    @Override
    public String toString() {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
