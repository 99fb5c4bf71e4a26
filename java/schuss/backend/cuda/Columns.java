package schuss.backend.cuda;

import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.cuda.runtime.Launch;

/**
 * How blocks share x (outer, rows, columns), as in {@code native/cuda/columns.h}: each block gets a part of the rows
 * for a few neighbouring columns. Everything depends on the shape alone, so sums are made in the same order on every
 * GPU.
 *
 * @param outer the outermost extent
 * @param rows the extent that is summed over
 * @param columns the innermost extent
 * @param partRows the rows of a part
 * @param width the columns of a block, a power of two
 * @param threads the threads of a block, a power of two
 */
record Columns(long outer, long rows, long columns, long partRows, int width, int threads) {
    private static final int MOST_WIDTH = 32; // a warp reads 128 bytes that lie together
    private static final int LEAST_THREADS = 32;
    private static final int MOST_THREADS = 256;
    private static final long BLOCKS = 1024; // keep the largest GPU busy
    private static final long LEAST_ELEMENTS = 4; // of a row's thread, where there are enough
    private static final long LEAST_ROWS = 16; // of a thread: fewer cost more to merge than they save

    /** Columns in one piece each. */
    static Columns whole(long outer, long rows, long columns) {
        int width = powerOfTwo(columns, 1, MOST_WIDTH);
        int threads = powerOfTwo(Math.min(rows, MOST_THREADS) * width, LEAST_THREADS, MOST_THREADS);
        return new Columns(outer, rows, columns, rows, width, threads);
    }

    /** Columns cut into parts where there are too few to keep a GPU busy. */
    static Columns inParts(long outer, long rows, long columns) {
        Columns whole = whole(outer, rows, columns);
        long wanted = ceilDiv(BLOCKS, whole.pieces());
        long least = LEAST_ROWS * whole.threads / whole.width;
        long partRows = Math.min(rows, Math.max(ceilDiv(rows, wanted), least));
        return new Columns(outer, rows, columns, partRows, whole.width, whole.threads);
    }

    /** Threads of a block that shares one row. */
    static int blockOfRow(long columns) {
        return powerOfTwo(columns / LEAST_ELEMENTS, LEAST_THREADS, MOST_THREADS);
    }

    /** The least power of two that is no less, within limits. */
    private static int powerOfTwo(long count, int least, int most) {
        int power = least;
        while (power < count && power < most) {
            power *= 2;
        }
        return power;
    }

    private static long ceilDiv(long a, long b) {
        return (a + b - 1) / b;
    }

    long parts() {
        return ceilDiv(rows, partRows);
    }

    /** How many numbers are left when each part of a column has become one. */
    long results() {
        return outer * parts() * columns;
    }

    private long pieces() {
        return outer * parts() * ceilDiv(columns, width);
    }

    /** A kernel with a block for every piece. */
    Launch.Builder launch(Gpu gpu, String file, String kernel) {
        return gpu.launch(file, kernel).block(threads).over(pieces() * threads);
    }
}
