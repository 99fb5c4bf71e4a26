package schuss.data;

import java.nio.ByteBuffer;
import java.util.Objects;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;

/** The rows of a table as a network meets them: missing numbers are their column's mean, each category is an input. */
final class TableDataset implements Dataset {
    private final Cells cells;
    private final int targetColumn;
    private final int classes;
    private final int width;
    private final int[] widths; // of the columns that are inputs: how many categories, 0 for a number
    private final int[] columns;
    private final float[] means;

    TableDataset(Cells cells, TableSchema schema) {
        this.cells = cells;
        targetColumn = schema.target();
        classes = schema.classNames().size();
        width = schema.width();
        int inputs = schema.columns().size() - 1;
        columns = new int[inputs];
        widths = new int[inputs];
        means = new float[inputs];
        for (int i = 0; i < inputs; i++) {
            columns[i] = i < targetColumn ? i : i + 1;
            TableColumn column = schema.columns().get(columns[i]);
            widths[i] = column.isNumeric() ? 0 : column.width();
            means[i] = (float) column.mean();
        }
    }

    @Override
    public int size() {
        return cells.size();
    }

    @Override
    public Spec input() {
        return new Spec("row", DType.F32, Shape.of(width));
    }

    @Override
    public Spec target() {
        return classes > 0 ? new Spec("label", DType.I32, Shape.of()) : new Spec("target", DType.F32, Shape.of(1));
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public void read(int index, int row, ByteBuffer inputs, ByteBuffer targets) {
        Objects.checkIndex(index, size());
        float[] page = cells.page(index);
        int start = cells.start(index);
        int at = row * width * Float.BYTES;
        for (int i = 0; i < columns.length; i++) {
            float value = page[start + columns[i]];
            if (widths[i] == 0) {
                inputs.putFloat(at, Float.isNaN(value) ? means[i] : value);
                at += Float.BYTES;
            }
            for (int category = 0; category < widths[i]; category++) {
                inputs.putFloat(at, category == value ? 1 : 0);
                at += Float.BYTES;
            }
        }
        float target = page[start + targetColumn];
        if (classes > 0) {
            targets.putInt(row * Integer.BYTES, (int) target);
        } else {
            targets.putFloat(row * Float.BYTES, target);
        }
    }
}
