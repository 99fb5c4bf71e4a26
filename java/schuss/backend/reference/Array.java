package schuss.backend.reference;

import schuss.Shape;
import schuss.ops.Type;

/** A kernel's view of one value: the elements of a shape, starting at an offset. */
record Array(double[] elements, int offset, Type type) {
    Shape shape() {
        return type.shape();
    }

    double get(int index) {
        return elements[offset + index];
    }

    void set(int index, double value) {
        elements[offset + index] = value;
    }

    void add(int index, double value) {
        elements[offset + index] += value;
    }

    double[] copy() {
        return java.util.Arrays.copyOfRange(elements, offset, offset + size());
    }

    int size() {
        return Math.toIntExact(shape().size());
    }

    /**
     * The index of the element that broadcasting this array to {@code target} puts at {@code index} there: extents of 1
     * and missing axes repeat.
     */
    int broadcastIndex(int index, Shape target) {
        int result = 0;
        int stride = 1;
        for (int axis = 1; axis <= shape().rank(); axis++) {
            int extent = target.dim(-axis);
            if (shape().dim(-axis) != 1) {
                result += index % extent * stride;
            }
            index /= extent;
            stride *= shape().dim(-axis);
        }
        return result;
    }
}
