package schuss.ir;

import schuss.DType;

/**
 * Memory that survives the run of a program, such as parameters, gradients or the state of an optimiser. A program
 * names the slots it uses; whoever opens a session on it provides the memory.
 *
 * @param name unique in the program
 * @param dtype the type of all elements
 * @param layout the tensors in the slot and their positions
 * @param weights whether the slot holds the model's own numbers, which change only with the model's version; results
 *     that depend on nothing else are computed once per version
 */
public record Slot(String name, DType dtype, Layout layout, boolean weights) {
    /** {@return the number of elements, padding included} */
    public long size() {
        return layout.size();
    }

    @Override
    public String toString() {
        return name + ":" + dtype.name().toLowerCase(java.util.Locale.ROOT) + "[" + size() + "]";
    }
}
