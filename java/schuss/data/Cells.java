package schuss.data;

import java.util.ArrayList;
import java.util.List;

/**
 * The cells of a table as numbers, row by row in pages, so that it grows without being copied: NaN for what is missing,
 * the place among its column's categories for a name.
 */
final class Cells {
    private static final int PAGE_CELLS = 1 << 18;

    private final int width;
    private final int rowsPerPage;
    private final List<float[]> pages = new ArrayList<>();
    private int size;

    Cells(int width) {
        this.width = width;
        this.rowsPerPage = Math.max(1, PAGE_CELLS / width);
    }

    int size() {
        return size;
    }

    /** Adds a row, copied. */
    void add(float... row) {
        int place = size % rowsPerPage;
        if (place == 0) {
            pages.add(new float[rowsPerPage * width]);
        }
        System.arraycopy(row, 0, pages.get(pages.size() - 1), place * width, width);
        size = Math.addExact(size, 1);
    }

    float get(int row, int column) {
        return pages.get(row / rowsPerPage)[row % rowsPerPage * width + column];
    }
}
