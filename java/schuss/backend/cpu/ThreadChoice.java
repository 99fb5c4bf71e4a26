package schuss.backend.cpu;

import schuss.ir.Program;
import schuss.ir.Scan;
import schuss.ir.Step;

/**
 * How many threads work is worth. A second one has to be told and waited for, and what it reads lies in the first one's
 * cache: a step that is over sooner than that runs on one.
 */
final class ThreadChoice {
    static final long SHARED_PRODUCTS = Long.getLong("schuss.shared", 1L << 21); // multiply-adds, from which on it pays
    private static final long SHARED_BYTES =
            Long.getLong("schuss.sharedbytes", 1L << 18); // of a step that mainly moves numbers

    private ThreadChoice() {}

    /** Of a step that adds up so many products. */
    static int of(long multiplyAdds, int most) {
        return multiplyAdds < SHARED_PRODUCTS ? 1 : most;
    }

    /** Of a whole program: one where no step gets more. */
    static int of(Program program, int most) {
        return program.steps().stream().anyMatch(ThreadChoice::isShared) ? most : 1;
    }

    private static boolean isShared(Step step) {
        return step.op() instanceof Scan scan
                ? scan.body().steps().stream().anyMatch(ThreadChoice::isShared)
                : step.multiplyAdds() >= SHARED_PRODUCTS
                        || (step.multiplyAdds() == 0 && step.bytesMoved() >= SHARED_BYTES);
    }
}
