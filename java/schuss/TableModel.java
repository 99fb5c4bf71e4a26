package schuss;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import schuss.data.RowEncoder;
import schuss.data.TableSchema;
import schuss.io.FormatException;

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
    /** The metadata that has the schema, as {@link TableSchema#toJson} writes it. */
    public static final String SCHEMA = "schuss.table";

    private static final String INPUT_KIND = "schuss.input_kind";
    private static final String ROWS = "table";

    private final Model model;
    private final TableSchema schema;
    private final RowEncoder encoder;

    private TableModel(Model model, TableSchema schema) {
        this.model = model;
        this.schema = schema;
        this.encoder = new RowEncoder(schema);
    }

    /**
     * What is predicted of a row.
     *
     * @param name of the most probable class; for regression the number as text
     * @param number that is predicted; of classes the label of the most probable one
     * @param probabilities of all classes by their names, in the order of their labels; none for regression
     */
    public record Answer(String name, double number, Map<String, Double> probabilities) {
        public Answer {
            probabilities = Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
        }
    }

    /**
     * A model that was trained on a table's {@code dataset()}, which it takes over: closing this closes the model.
     *
     * @param schema of the table that was trained on
     * @throws IllegalArgumentException if the model has other inputs or outputs than the schema
     */
    public static TableModel of(Model model, TableSchema schema) {
        int outputs = Math.max(1, schema.classNames().size());
        if (model.inputs().size() != 1
                || !model.input().shape().equals(Shape.of(schema.width()))
                || model.outputSize() != outputs) {
            throw new IllegalArgumentException("TableModel: expected a model of " + schema.width() + " inputs and "
                    + outputs + " outputs, got " + model.inputs() + " and " + model.outputSize());
        }
        return new TableModel(model, schema);
    }

    /**
     * The model of a file that {@link #save} or {@code schuss train} wrote.
     *
     * @throws FormatException if the file is damaged, or holds no model of a table
     */
    public static TableModel load(Path path, Device device) throws IOException {
        Model model = Model.load(path, device);
        try {
            String schema = model.metadata().get(SCHEMA);
            if (schema == null) {
                throw new FormatException(path + ": expected a model of a table, with " + SCHEMA
                        + " in its metadata, got " + new TreeMap<>(model.metadata()).keySet());
            }
            return of(model, TableSchema.of(schema));
        } catch (IllegalArgumentException e) {
            model.close();
            throw new FormatException(path + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** Writes the model with its schema: {@code schuss predict} and {@code evaluate} take the file too. */
    public void save(Path path) throws IOException {
        Map<String, String> text = new TreeMap<>(model.metadata());
        text.put(INPUT_KIND, ROWS);
        text.put(SCHEMA, schema.toJson());
        model.save(path, text);
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

    private Answer answer(float... outputs) {
        if (!schema.classification()) {
            return new Answer(schema.predictionText(outputs[0]), schema.prediction(outputs[0]), Map.of());
        }
        List<String> names = schema.classNames();
        Map<String, Double> probabilities = new LinkedHashMap<>();
        int best = 0;
        for (int i = 0; i < outputs.length; i++) {
            probabilities.put(names.get(i), (double) outputs[i]);
            best = outputs[i] > outputs[best] ? i : best;
        }
        return new Answer(names.get(best), best, probabilities);
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
