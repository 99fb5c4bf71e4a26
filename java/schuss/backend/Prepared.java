package schuss.backend;

import schuss.passes.Requirements;

/** A step whose implementation is chosen, before its memory is planned. */
@FunctionalInterface
public interface Prepared {
    /** The kernel for these addresses. May be called again when memory moves. */
    Kernel bind(Addresses addresses);

    /** What it asks of the planner. */
    default Requirements needs() {
        return Requirements.NONE;
    }

    /** Releases what preparing made. */
    default void close() {}

    /** The same with other needs. */
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
