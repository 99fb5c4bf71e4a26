package schuss.backend.cpu;

import schuss.ir.Program;
import schuss.ir.Scan;
import schuss.ir.Section;
import schuss.ir.Step;

/**
 * Decides how many threads a program or a step is worth. A second thread has to be woken and waited for, and weights
 * that one thread has written lie in its cache when another reads them. Small steps, and programs that gain less than
 * that costs, therefore run on one thread.
 *
 * <p>The costs, in microseconds, were measured with dense networks of 4 to 784 inputs, 64 to 500 units and batches of 8
 * to 128 on a processor with two cores.
 */
final class ThreadChoice {
    private static final long SHARED_PRODUCTS = 1 << 20; // multiply-adds of a step that is shared
    private static final long SHARED_BYTES = 1 << 18; // of one that only moves numbers
    private static final double PRODUCTS_A_MICRO = 50_000; // by one thread
    private static final double FUNCTIONS_A_MICRO = 40_000;
    private static final double MICROS_A_STEP = 9; // until all threads have begun and ended
    private static final double BYTES_A_MICRO = 33_000; // of the update, whose numbers go from cache to cache
    private static final double MICROS_A_RUN = 30; // from the caller to the device's thread and back

    private ThreadChoice() {}

    /** Of a step that adds up so many products. */
    static int of(long multiplyAdds, int most) {
        return multiplyAdds < SHARED_PRODUCTS ? 1 : most;
    }

    /** Of a whole program. */
    static int of(Program program, int most) {
        double work = program.multiplyAdds() / PRODUCTS_A_MICRO + functions(program) / FUNCTIONS_A_MICRO;
        double gain = work * (1 - 1.0 / most);
        double cost = MICROS_A_RUN + MICROS_A_STEP * sharedSteps(program) + updateBytes(program) / BYTES_A_MICRO;
        return gain > cost ? most : 1;
    }

    private static long sharedSteps(Program program) {
        long count = 0;
        for (Step step : program.steps()) {
            if (step.op() instanceof Scan scan) {
                count += scan.steps() * sharedSteps(scan.body());
            } else if (step.multiplyAdds() >= SHARED_PRODUCTS
                    || (step.multiplyAdds() == 0 && step.bytesMoved() >= SHARED_BYTES)) {
                count++;
            }
        }
        return count;
    }

    /** Those of formulas, applied to each element. */
    private static long functions(Program program) {
        return program.steps().stream()
                .mapToLong(step -> step.operations() - 2 * step.multiplyAdds())
                .sum();
    }

    private static long updateBytes(Program program) {
        return program.steps().stream()
                .filter(step -> step.section() == Section.UPDATE)
                .mapToLong(Step::bytesMoved)
                .sum();
    }
}
