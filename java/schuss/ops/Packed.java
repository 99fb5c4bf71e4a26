package schuss.ops;

import java.util.ArrayList;
import java.util.List;

/**
 * An op that reads one of its inputs in packed form, as {@link Pack} makes it.
 *
 * @param op the op
 * @param input the index of the packed input
 * @param plain the type of that input before it was packed
 */
public record Packed(Op op, int input, Type plain) implements Op {
    @Override
    public String name() {
        return op.name() + " (packed)";
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        return op.infer(unpacked(inputs));
    }

    private List<Type> unpacked(List<Type> inputs) {
        List<Type> unpacked = new ArrayList<>(inputs);
        unpacked.set(input, plain);
        return unpacked;
    }

    @Override
    public long multiplyAdds(List<Type> inputs) {
        return op.multiplyAdds(unpacked(inputs));
    }

    @Override
    public long operations(List<Type> inputs) {
        return op.operations(unpacked(inputs));
    }

    @Override
    public List<Integer> mutates() {
        return op.mutates();
    }
}
