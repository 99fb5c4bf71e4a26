package schuss.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import schuss.Shape;

/** Arrays out of JSON, and from one layout into another. */
final class Numbers {
    private Numbers() {}

    /** All numbers of nested arrays, or of {shape, data}, in order. */
    static double[] of(JsonNode node) {
        List<Double> values = new ArrayList<>();
        gather(node.has("data") ? node.get("data") : node, values);
        return values.stream().mapToDouble(d -> d).toArray();
    }

    private static void gather(JsonNode node, List<Double> values) {
        if (node.isArray()) {
            node.forEach(child -> gather(child, values));
        } else {
            values.add(node.asDouble());
        }
    }

    /** The shape of nested arrays, or of {shape, data}. */
    static Shape shape(JsonNode node) {
        List<Integer> dimensions = new ArrayList<>();
        if (node.has("shape")) {
            node.get("shape").forEach(d -> dimensions.add(d.asInt()));
        } else {
            for (JsonNode inner = node; inner.isArray(); inner = inner.get(0)) {
                dimensions.add(inner.size());
            }
        }
        return Shape.of(dimensions.stream().mapToInt(d -> d).toArray());
    }

    /** The numbers of a tensor whose axis i is axis {@code axes[i]} of this one. */
    static double[] transpose(double[] x, Shape shape, int... axes) {
        int rank = axes.length;
        double[] y = new double[x.length];
        int[] strides = new int[rank]; // in x, of y's axes
        for (int i = 0; i < rank; i++) {
            strides[i] = 1;
            for (int axis = axes[i] + 1; axis < rank; axis++) {
                strides[i] *= shape.dim(axis);
            }
        }
        for (int at = 0; at < y.length; at++) {
            int rest = at;
            int from = 0;
            for (int i = rank - 1; i >= 0; i--) {
                from += rest % shape.dim(axes[i]) * strides[i];
                rest /= shape.dim(axes[i]);
            }
            y[at] = x[from];
        }
        return y;
    }

    static double largest(double[] numbers) {
        return Arrays.stream(numbers).map(Math::abs).max().orElse(0);
    }

    /** 1 .. n tenths: the weights whose sum with the outputs is differentiated. */
    static double[] tenths(int n) {
        double[] weights = new double[n];
        Arrays.setAll(weights, i -> (i + 1) / 10.0);
        return weights;
    }
}
