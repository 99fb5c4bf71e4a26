package schuss.passes;

import java.util.Optional;
import schuss.ir.Step;
import schuss.ops.Op;
import schuss.ops.Pack;

/** What a backend can do beyond running one op after the other; passes ask it while they compile. */
public interface Capabilities {
    /** Neither fusing nor packing: what the reference does. */
    Capabilities NONE = op -> false;

    /** Whether there is a kernel for this op made by fusing. */
    boolean fuses(Op op);

    /**
     * The op that brings an input into the form in which the step's kernel reads it fastest; empty where the kernel wants
     * it as it is. Asked only for inputs that depend on nothing but the model's numbers, such as weights: they are packed
     * once per version of the weights. The step then becomes a {@link schuss.ops.Packed} one.
     */
    default Optional<Pack> packs(Step step, int input) {
        return Optional.empty();
    }
}
