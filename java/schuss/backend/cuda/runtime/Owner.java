package schuss.backend.cuda.runtime;

import schuss.backend.Kernel;

/** A kernel with memory of its own. */
public record Owner(Kernel kernel, CudaMemory memory) implements Kernel {
    @Override
    public void run() {
        kernel.run();
    }

    @Override
    public boolean recordable() {
        return kernel.recordable();
    }

    @Override
    public void close() {
        kernel.close();
        memory.close();
    }
}
