package schuss.backend;

import java.util.List;

/**
 * Kernels that run one after the other as a single one.
 *
 * @param passes the kernels in the order in which they run
 */
public record Sequence(List<Kernel> passes) implements Kernel {
    @Override
    public void run() {
        for (int i = 0; i < passes.size(); i++) { // no iterator: a run allocates nothing
            passes.get(i).run();
        }
    }

    @Override
    public boolean recordable() {
        return passes.stream().allMatch(Kernel::recordable);
    }

    @Override
    public void close() {
        passes.forEach(Kernel::close);
    }
}
