package schuss.data.table;

import java.lang.reflect.RecordComponent;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import schuss.data.DataException;
import schuss.data.ExampleReader;

/**
 * Converts single rows that come from a program, not from a file, to inputs of a network, so that a model trained on a
 * table can predict them.
 *
 * <pre>{@code
 * RowEncoder encoder = new RowEncoder(table.schema());
 * float[] inputs = encoder.inputs(Map.of("size", 120.5, "colour", "red"));
 * float[] output = model.predict(inputs);
 * }</pre>
 *
 * <p>A value is a number, a text as it would appear in the file, a boolean, a {@code LocalDate} or {@code LocalDateTime}
 * for dates, or null if it is missing.
 */
public final class RowEncoder {
    private final TableSchema schema;
    private final CellReader reader;

    /**
     * Creates an encoder.
     *
     * @param schema the schema of the table that the model was trained on
     */
    public RowEncoder(TableSchema schema) {
        this.schema = schema;
        this.reader = new CellReader(schema, column -> "row, column " + column.name());
    }

    /**
     * Converts a row given by column names.
     *
     * @param row the values by column name; the target and ignored columns may be left out
     * @return the inputs of the network, scaled as the schema says
     * @throws DataException if a column is missing or unknown, or a value does not fit the schema; the message names the
     *     column
     */
    public float[] inputs(Map<String, ?> row) {
        double[] cells = new double[schema.columns().size()];
        int known = 0;
        for (int i = 0; i < cells.length; i++) {
            TableColumn column = schema.columns().get(i);
            boolean there = row.containsKey(column.name());
            known += there ? 1 : 0;
            boolean input = i != schema.target() && !column.isIgnored();
            if (input && !there) {
                throw new DataException("row: expected a value for the column " + Cell.shown(column.name())
                        + ", null if it is missing, got " + row.keySet());
            }
            cells[i] = input ? cell(i, row.get(column.name())) : Double.NaN;
        }
        if (known < row.size()) {
            throw new DataException("row: expected columns "
                    + schema.columns().stream().map(TableColumn::name).toList() + ", got " + row.keySet());
        }
        Cells page = new Cells(cells.length, 1);
        page.add(cells);
        ExampleReader example = new ExampleReader(new TableDataset(page, null, schema));
        example.read(0);
        return example.inputs();
    }

    /**
     * Converts a row given as a record whose components have the names of the columns.
     *
     * @param row the values
     * @return the inputs of the network, scaled as the schema says
     * @throws DataException if a column is missing or unknown, or a value does not fit the schema; the message names the
     *     column
     * @throws IllegalArgumentException if the components of the record cannot be read by reflection
     */
    public float[] inputs(Record row) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : row.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                values.put(component.getName(), component.getAccessor().invoke(row));
            } catch (ReflectiveOperationException | RuntimeException e) {
                throw new IllegalArgumentException(
                        "row: expected a record whose components can be read, got "
                                + row.getClass().getName(),
                        e);
            }
        }
        return inputs(values);
    }

    private double cell(int index, Object value) {
        TableColumn column = schema.columns().get(index);
        if (value instanceof Number number && !column.isCategorical()) {
            double cell = number.doubleValue();
            if (Double.isInfinite(cell)) {
                throw new DataException("row, column " + column.name() + ": expected a finite number, got " + cell);
            }
            return cell; // NaN is missing
        }
        return reader.read(index, text(column, value));
    }

    /** The text of a value as it would appear in a file. */
    private static String text(TableColumn column, Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof LocalDate || value instanceof LocalDateTime) {
            return date(column, value instanceof LocalDate date ? date.atStartOfDay() : (LocalDateTime) value);
        }
        if (value instanceof Double || value instanceof Float) { // 3.0 is the category 3 where there is no 3.0
            double number = ((Number) value).doubleValue();
            boolean whole = number == Math.rint(number) && !column.categories().contains(value.toString());
            return whole ? Long.toString((long) number) : value.toString();
        }
        return Cell.clean(value.toString());
    }

    private static String date(TableColumn column, LocalDateTime date) {
        String time = String.format("%02d:%02d:%02d", date.getHour(), date.getMinute(), date.getSecond());
        int year = date.getYear();
        int month = date.getMonthValue();
        int day = date.getDayOfMonth();
        return switch (column.notation().style()) {
            case DAY_FIRST -> String.format("%02d/%02d/%04d %s", day, month, year, time);
            case MONTH_FIRST -> String.format("%02d/%02d/%04d %s", month, day, year, time);
            case CLOCK -> time;
            default -> String.format("%04d-%02d-%02d %s", year, month, day, time);
        };
    }
}
