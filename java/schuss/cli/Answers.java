package schuss.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import schuss.ModelDescription;
import schuss.data.table.TableSchema;

/**
 * Writes predictions as CSV, one line each: the file if asked for, then class, name and probabilities, or the predicted
 * number.
 */
final class Answers {
    private final List<String> names; // as CSV has them
    private final Optional<TableSchema> numbers; // in whose unit an output is, for regression
    private final boolean withFiles;
    private final Writer out;
    private boolean begun;

    /**
     * Writes nothing yet.
     *
     * @param withFiles whether a line says which file its example is from
     */
    Answers(ModelDescription model, boolean withFiles, Writer out) {
        this.names = model.classNames().stream().map(Answers::quoted).toList();
        this.numbers = model.table().filter(table -> !table.classification());
        this.withFiles = withFiles;
        this.out = out;
    }

    /** As a cell: a spreadsheet would compute what begins like a formula, of however many lines. */
    private static String quoted(String given) {
        boolean formula = given.matches("(?s)[=+@\t\r\n-].*") && !given.matches("[+-]?[0-9.]+");
        String name = Printable.cell(formula ? "'" + given : given);
        boolean plain = name.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
    }

    /**
     * Writes what a model puts out for some examples.
     *
     * @param files where each is from
     * @throws UncheckedIOException if it cannot
     */
    void write(float[] outputs, List<Path> files) {
        StringBuilder lines = new StringBuilder();
        if (!begun) {
            header(lines);
            begun = true;
        }
        int each = Math.max(1, names.size());
        for (int from = 0; from < outputs.length; from += each) {
            if (withFiles) {
                lines.append(quoted(files.get(from / each).toString())).append(',');
            }
            line(lines, outputs, from);
        }
        try {
            out.append(lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void header(StringBuilder lines) {
        lines.append(withFiles ? "file," : "").append(names.isEmpty() ? "prediction" : "class,name");
        for (int i = 0; i < names.size(); i++) {
            lines.append(",p").append(i);
        }
        lines.append('\n');
    }

    private void line(StringBuilder lines, float[] outputs, int from) {
        if (names.isEmpty()) {
            lines.append(
                    numbers.map(table -> table.predictionText(outputs[from])).orElse(Float.toString(outputs[from])));
        } else {
            int best = Scores.largest(outputs, from, names.size());
            lines.append(best).append(',').append(names.get(best));
            for (int i = 0; i < names.size(); i++) {
                lines.append(',').append(outputs[from + i]);
            }
        }
        lines.append('\n');
    }
}
