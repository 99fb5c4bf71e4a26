package schuss.backend;

import schuss.ir.Step;
import schuss.ops.Op;

/**
 * Prepares the kernel of one kind of op on one backend.
 *
 * @param <O> the kind of op
 */
@FunctionalInterface
public interface KernelFactory<O extends Op> {
    /**
     * Chooses an implementation for the shapes of a step.
     *
     * @param op the step's op
     * @param step its inputs and outputs
     * @param threads how many threads the kernel may use
     * @return the step, ready to be bound to memory
     */
    Prepared prepare(O op, Step step, int threads);
}
