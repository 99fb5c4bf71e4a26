package schuss.ops;

import java.util.ArrayList;
import java.util.List;

/**
 * An op one of whose inputs comes in packed form.
 *
 * @param op the op
 * @param input which input is packed
 * @param plain the type that input has unpacked
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
