package schuss.backend.cuda;

import schuss.backend.Kernel;

/** A kernel with memory of its own. */
record Owner(Kernel kernel, CudaMemory memory) implements Kernel {
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
