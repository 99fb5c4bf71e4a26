package schuss.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Rows of equal length, stored as bytes in native order and copied whole into batches. Rows are stored in pages, so that
 * there may be more than 2 GiB of them; no row crosses a page.
 */
public final class Rows {
    /** The largest number of bytes in a page: a power of two well below the largest Java array. */
    static final int PAGE_BYTES = 1 << 30;

    private final int size;
    private final int rowBytes;
    private final int rowsPerPage;
    private final ByteBuffer[] pages;

    private Rows(int size, int rowBytes, int rowsPerPage, ByteBuffer[] pages) {
        this.size = size;
        this.rowBytes = rowBytes;
        this.rowsPerPage = rowsPerPage;
        this.pages = pages;
    }

    /** Rows that are already in one buffer, which is kept and not copied. */
    static Rows wrap(ByteBuffer data, int rowBytes) {
        int size = data.remaining() / rowBytes;
        return new Rows(size, rowBytes, size, new ByteBuffer[] {data.slice()});
    }

    /**
     * {@return rows with a copy of some integers}
     *
     * @param values the integers, row after row
     * @param rowIntegers the number of integers in a row
     */
    public static Rows of(int[] values, int rowIntegers) {
        ByteBuffer data = allocate((long) values.length * Integer.BYTES);
        data.asIntBuffer().put(values);
        return wrap(data, rowIntegers * Integer.BYTES);
    }

    /** A copy of {@code size} rows from {@code source}. */
    static Rows ofFloats(int size, int rowFloats, FloatRows source, int pageBytes) {
        long rowBytes = (long) rowFloats * Float.BYTES;
        int rowsPerPage = (int) Math.max(1, Math.min(size, pageBytes / rowBytes));
        ByteBuffer[] pages = new ByteBuffer[(size - 1) / rowsPerPage + 1];
        for (int page = 0; page < pages.length; page++) {
            int first = page * rowsPerPage;
            int rows = Math.min(rowsPerPage, size - first);
            pages[page] = allocate(rows * rowBytes);
            var floats = pages[page].asFloatBuffer();
            for (int row = 0; row < rows; row++) {
                floats.put(source.array(first + row), source.offset(first + row), rowFloats);
            }
        }
        return new Rows(size, (int) rowBytes, rowsPerPage, pages);
    }

    private static ByteBuffer allocate(long bytes) {
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new DataException(
                    "one example, or all labels or indices: expected at most 2 GiB, got " + bytes + " bytes");
        }
        return ByteBuffer.allocate((int) bytes).order(ByteOrder.nativeOrder());
    }

    int size() {
        return size;
    }

    /**
     * Copies one row to another buffer. Any thread may do so, as no buffer's position is used.
     *
     * @param index the row to copy
     * @param row the row in the target
     * @param target the buffer to copy to
     */
    public void copy(int index, int row, ByteBuffer target) {
        int page = index / rowsPerPage;
        target.put(Math.multiplyExact(row, rowBytes), pages[page], (index - page * rowsPerPage) * rowBytes, rowBytes);
    }

    /** Where the numbers of a row are stored: in one array for all rows, or in one array per row. */
    interface FloatRows {
        float[] array(int row);

        int offset(int row);

        public static FloatRows of(float[] values, int rowFloats) {
            return new FloatRows() {
                @Override
                public float[] array(int row) {
                    return values;
                }

                @Override
                public int offset(int row) {
                    return row * rowFloats;
                }
            };
        }

        public static FloatRows of(float[][] rows) {
            return new FloatRows() {
                @Override
                public float[] array(int row) {
                    return rows[row];
                }

                @Override
                public int offset(int row) {
                    return 0;
                }
            };
        }
    }
}
