package schuss;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import schuss.data.table.RowEncoder;
import schuss.data.table.Table;
import schuss.data.table.TableSchema;

/**
 * A model of a table's rows, which takes rows as they come and answers in the table's own terms: the name of a class, or a
 * number in the file's unit. It may be used from any thread.
 *
 * <pre>{@code
 * try (Device device = Device.best();
 *      TableModel houses = TableModel.load(Path.of("houses.safetensors"), device)) {
 *     double price = houses.predict(Map.of("size", 120, "town", "Bern")).number();
 * }
 * }</pre>
 */
public final class TableModel implements AutoCloseable {
    private final Model model;
    private final TableSchema schema;
    private final RowEncoder encoder;

    private TableModel(Model model, TableSchema schema) {
        this.model = model;
        this.schema = schema;
        this.encoder = new RowEncoder(schema);
    }

    /**
     * A model that was trained on a table's {@code dataset()}, which it takes over: closing this closes the model.
     *
     * @param schema of the table that was trained on
     * @throws IllegalArgumentException if the model has other inputs or outputs than the schema
     */
    public static TableModel of(Model model, TableSchema schema) {
        ModelDescription.of(schema).checkFits("TableModel", model);
        return new TableModel(model, schema);
    }

    /**
     * The model of a file that {@link #save} or {@code schuss train} wrote.
     *
     * @throws FormatException if the file is damaged, or holds no model of a table
     */
    public static TableModel load(Path path, Device device) throws IOException {
        return ModelDescription.load(
                path,
                device,
                (model, description) -> new TableModel(
                        model,
                        description
                                .table()
                                .orElseThrow(() -> new FormatException(
                                        path + ": expected a model of a table, got one of images"))));
    }

    /** Writes the model with its schema: {@code schuss predict} and {@code evaluate} take the file too. */
    public void save(Path path) throws IOException {
        ModelDescription.of(schema).save(model, path);
    }

    /**
     * Predicts one row, its values by the names of their columns; null stands for a missing one.
     *
     * @throws schuss.data.DataException naming the column whose value is not as in training
     */
    public Answer predict(Map<String, ?> row) {
        return answer(model.predict(encoder.inputs(row)));
    }

    /** The same of a record, whose components are named like the columns. */
    public Answer predict(Record row) {
        return answer(model.predict(encoder.inputs(row)));
    }

    /**
     * Predicts all rows of a table.
     *
     * <pre>{@code
     * List<Answer> answers = wine.predict(Table.read(file, wine.schema(), 0));
     * }</pre>
     *
     * @throws IllegalArgumentException if its rows are of another width
     */
    public List<Answer> predict(Table rows) {
        float[] outputs = model.predict(rows.dataset());
        int each = outputs.length / rows.size();
        return IntStream.range(0, rows.size())
                .mapToObj(row -> answer(Arrays.copyOfRange(outputs, row * each, (row + 1) * each)))
                .toList();
    }

    private Answer answer(float... outputs) {
        if (!schema.classification()) {
            return new Answer(schema.predictionText(outputs[0]), schema.prediction(outputs[0]), Map.of());
        }
        return Answer.of(schema.classNames(), outputs);
    }

    /** What the columns are. */
    public TableSchema schema() {
        return schema;
    }

    /** The network with its weights; its inputs are scaled. */
    public Model model() {
        return model;
    }

    @Override
    public void close() {
        model.close();
    }
}
