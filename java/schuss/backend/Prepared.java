package schuss.backend;

import schuss.passes.Requirements;

/** A step whose implementation has been chosen, before its memory is planned. */
@FunctionalInterface
public interface Prepared {
    /**
     * Binds the step to memory. It may be called again if memory moves.
     *
     * @param addresses of its inputs, outputs and scratch memory
     * @return the kernel
     */
    Kernel bind(Addresses addresses);

    /** {@return what the step needs from the memory planner} */
    default Requirements needs() {
        return Requirements.NONE;
    }

    /** Releases what preparing the step has made. */
    default void close() {}

    /**
     * {@return the same step with other requirements}
     *
     * @param needs the new requirements
     */
    default Prepared withNeeds(Requirements needs) {
        Prepared self = this;
        return new Prepared() {
            @Override
            public Kernel bind(Addresses addresses) {
                return self.bind(addresses);
            }

            @Override
            public Requirements needs() {
                return needs;
            }

            @Override
            public void close() {
                self.close();
            }
        };
    }
}
