package schuss.backend;

import schuss.passes.Needs;

/** A step whose implementation is chosen, before its memory is planned. */
@FunctionalInterface
public interface Prepared {
    /** The kernel for these addresses. May be called again when memory moves. */
    Kernel bind(Addresses addresses);

    /** What it asks of the planner. */
    default Needs needs() {
        return Needs.NONE;
    }

    /** Releases what preparing made. */
    default void close() {}

    /** The same with other needs. */
    default Prepared withNeeds(Needs needs) {
        Prepared self = this;
        return new Prepared() {
            @Override
            public Kernel bind(Addresses addresses) {
                return self.bind(addresses);
            }

            @Override
            public Needs needs() {
                return needs;
            }

            @Override
            public void close() {
                self.close();
            }
        };
    }
}
