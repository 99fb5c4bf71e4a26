package schuss.backend.cpu;

import java.util.List;
import schuss.backend.Kernel;

/** Kernels that run one after the other as one. */
record Sequence(List<Kernel> passes) implements Kernel {
    @Override
    public void run() {
        for (int i = 0; i < passes.size(); i++) { // no iterator: a run allocates nothing
            passes.get(i).run();
        }
    }

    @Override
    public void close() {
        passes.forEach(Kernel::close);
    }
}
