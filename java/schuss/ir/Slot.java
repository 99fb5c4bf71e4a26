package schuss.ir;

import schuss.DType;

/**
 * Memory that outlives a run of a program: parameters, gradients, an optimiser's state, sums, single numbers. Programs name
 * the slots they use; whoever opens a session on one brings the memory.
 *
 * @param name tells it from the program's other slots
 * @param dtype of all its elements
 * @param layout which tensors lie in it, and where
 * @param weights whether it holds a model's own numbers, which change only when the model's version does; what a program
 *     computes of nothing else need not be computed again until then
 */
public record Slot(String name, DType dtype, Layout layout, boolean weights) {
    /** Elements of the whole slot. */
    public long size() {
        return layout.size();
    }

    @Override
    public String toString() {
        return name + ":" + dtype.name().toLowerCase(java.util.Locale.ROOT) + "[" + size() + "]";
    }
}
