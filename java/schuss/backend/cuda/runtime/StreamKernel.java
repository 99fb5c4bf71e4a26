package schuss.backend.cuda.runtime;

import schuss.backend.Kernel;

/**
 * A kernel that only submits work to the stream, always with the same arguments, so that it can be part of a {@link
 * Graph}.
 */
@FunctionalInterface
public interface StreamKernel extends Kernel {
    @Override
    default boolean recordable() {
        return true;
    }
}
