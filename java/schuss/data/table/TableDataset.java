package schuss.data.table;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.data.Dataset;

/**
 * The rows of a table as examples: every input is scaled as the schema says, and missing values are replaced by the mean.
 */
final class TableDataset implements Dataset {
    private final Cells cells;
    private final int[] rows; // null for all
    private final TableSchema schema;
    private final List<Input> inputs = new ArrayList<>();
    private final int width;

    /** A column that is an input. {@code off} and {@code on} are the scaled 0 and 1 of each category. */
    private record Input(int place, TableColumn column, double[] means, double[] deviations, float[] off, float[] on) {
        private static Input of(int place, TableColumn column) {
            int width = column.width();
            Input input = new Input(
                    place,
                    column,
                    column.means().stream().mapToDouble(x -> x).toArray(),
                    column.deviations().stream().mapToDouble(x -> x).toArray(),
                    new float[width],
                    new float[width]);
            for (int i = 0; i < width; i++) {
                input.off[i] = input.scaled(i, 0);
                input.on[i] = input.scaled(i, 1);
            }
            return input;
        }

        private float scaled(int i, double value) {
            return Double.isNaN(value) ? 0 : (float) ((value - means[i]) / deviations[i]);
        }
    }

    TableDataset(Cells cells, int[] rows, TableSchema schema) {
        this.cells = cells;
        this.rows = rows;
        this.schema = schema;
        this.width = schema.width();
        for (int i = 0; i < schema.columns().size(); i++) {
            TableColumn column = schema.columns().get(i);
            if (i != schema.target() && !column.isIgnored()) {
                inputs.add(Input.of(i, column));
            }
        }
    }

    @Override
    public int size() {
        return rows == null ? cells.size() : rows.length;
    }

    @Override
    public Spec input() {
        return new Spec("row", DType.F32, Shape.of(width));
    }

    @Override
    public Spec target() {
        return schema.classification()
                ? new Spec("label", DType.I32, Shape.of())
                : new Spec("target", DType.F32, Shape.of(1));
    }

    @Override
    public int classes() {
        return schema.classNames().size();
    }

    @Override
    public List<String> classNames() {
        return schema.classNames();
    }

    @Override
    public void read(int index, int row, ByteBuffer buffer, ByteBuffer targets) {
        Objects.checkIndex(index, size());
        int cell = rows == null ? index : rows[index];
        double[] page = cells.page(cell);
        int start = cells.start(cell);
        int at = row * width * Float.BYTES;
        for (Input input : inputs) {
            write(buffer, at, input, page[start + input.place]);
            at += input.means.length * Float.BYTES;
        }
        double target = page[start + schema.target()];
        if (schema.classification()) {
            targets.putInt(row * Integer.BYTES, (int) target);
        } else {
            targets.putFloat(row * Float.BYTES, (float) schema.scaledTarget(target));
        }
    }

    private static void write(ByteBuffer buffer, int at, Input input, double cell) {
        int width = input.means.length;
        switch (input.column.kind()) {
            case NUMERIC -> buffer.putFloat(at, input.scaled(0, cell));
            case CATEGORICAL -> {
                boolean known = !Double.isNaN(cell);
                for (int i = 0; i < width; i++) {
                    buffer.putFloat(at + i * Float.BYTES, known ? (i == cell ? input.on[i] : input.off[i]) : 0);
                }
            }
            default -> {
                double[] parts = new double[width];
                input.column.inputs(cell, parts);
                for (int i = 0; i < width; i++) {
                    buffer.putFloat(at + i * Float.BYTES, input.scaled(i, parts[i]));
                }
            }
        }
    }
}
