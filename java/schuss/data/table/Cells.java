package schuss.data.table;

import java.util.ArrayList;
import java.util.List;

/**
 * The cells of a table as numbers: NaN for a missing value, the index of its category for a name. Rows are stored in
 * pages, so that a table can grow without being copied.
 */
final class Cells {
    private static final int PAGE_CELLS = 1 << 17;

    private final int width;
    private final int rowsPerPage;
    private final List<double[]> pages = new ArrayList<>();
    private int size;

    Cells(int width) {
        this(width, Integer.MAX_VALUE);
    }

    /** For at most this many rows, or not many more. */
    Cells(int width, int rows) {
        this.width = width;
        this.rowsPerPage = Math.max(1, Math.min(PAGE_CELLS / width, rows));
    }

    int size() {
        return size;
    }

    /** Adds a copy of a row. */
    void add(double... row) {
        int place = size % rowsPerPage;
        if (place == 0) {
            pages.add(new double[rowsPerPage * width]);
        }
        System.arraycopy(row, 0, pages.get(pages.size() - 1), place * width, width);
        size = Math.addExact(size, 1);
    }

    double get(int row, int column) {
        return page(row)[start(row) + column];
    }

    /** The array that holds a row, from index {@link #start} on. */
    double[] page(int row) {
        return pages.get(row / rowsPerPage);
    }

    int start(int row) {
        return row % rowsPerPage * width;
    }
}
