package schuss.passes;

import java.util.Optional;
import schuss.ir.Step;
import schuss.ops.Op;
import schuss.ops.Pack;

/**
 * What a backend can do beyond running one op after the other. The passes ask for it while they optimise a program.
 */
public interface Capabilities {
    /** Neither fused ops nor packed weights, as in the reference backend. */
    Capabilities NONE = op -> false;

    /**
     * {@return whether the backend has a kernel for this op, which fusion would make}
     *
     * @param op a fused op
     */
    boolean fuses(Op op);

    /**
     * The op that converts an input of a step to the layout that the step's kernel reads fastest. It is asked only for
     * inputs that depend on nothing but the model's numbers, such as weights: they are packed once per version of the
     * weights, and the step's op becomes a {@link schuss.ops.Packed}.
     *
     * @param step the step
     * @param input the index of the input
     * @return the op, or empty if the kernel reads the input as it is
     */
    default Optional<Pack> packs(Step step, int input) {
        return Optional.empty();
    }
}
