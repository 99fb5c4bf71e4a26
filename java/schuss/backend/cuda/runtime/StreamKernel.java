package schuss.backend.cuda.runtime;

import schuss.backend.Kernel;

/**
 * A kernel that does nothing but to ask the stream for work, with arguments that stay as they are, so that it can be part of
 * a {@link Graph}.
 */
@FunctionalInterface
public interface StreamKernel extends Kernel {
    @Override
    default boolean recordable() {
        return true;
    }
}
