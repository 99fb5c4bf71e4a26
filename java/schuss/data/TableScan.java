package schuss.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The first reading of a file: finds out what its columns are. */
final class TableScan {
    private final TableFile file;
    private final TableOptions options;
    private final List<ColumnScan> columns = new ArrayList<>();
    private List<String> first;
    private long firstLine;
    private int rows;

    private TableScan(TableFile file, TableOptions options) {
        this.file = file;
        this.options = options;
    }

    /** The columns with all their categories; the means are yet to come. */
    static TableSchema schema(TableFile file, TableOptions options) {
        TableScan scan = new TableScan(file, options);
        file.read(scan::add);
        return scan.schema();
    }

    private void add(long line, List<String> cells) {
        if (first == null) { // names or not: the rest will show
            first = cells.stream().map(String::strip).toList();
            firstLine = line;
            checkFirst();
            cells.forEach(cell -> columns.add(new ColumnScan()));
            return;
        }
        rows++;
        for (int i = 0; i < columns.size(); i++) {
            String cell = cells.get(i).strip();
            if (columns.get(i).add(line, cell)) {
                checkText(line, i, cell);
            }
        }
    }

    private void checkFirst() {
        if (first.size() < 2) {
            throw new DataException(file.path() + ", line " + firstLine
                    + ": expected at least two cells with commas between, an input and the target, got one: "
                    + Cell.shown(first.get(0)));
        }
        for (int i = 0; i < first.size(); i++) {
            checkText(firstLine, i, first.get(i));
        }
    }

    /** Text has no NUL; files of another kind have, and those in UTF-16 without a mark. */
    private void checkText(long line, int column, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new DataException(file.path() + ", line " + line + ", cell " + (column + 1)
                    + ": expected text in UTF-8, or in UTF-16 with a byte order mark, got a NUL character: "
                    + Cell.shown(text));
        }
    }

    private TableSchema schema() {
        if (first == null) {
            throw new DataException(file.path() + ": expected a table, got no line"
                    + (file.skipLines() > 0 ? " after " + file.skipLines() + " skipped" : ""));
        }
        boolean header = options.header() == TableOptions.Header.AUTO && isHeader();
        if (!header) {
            rows++;
            IntStream.range(0, first.size()).forEach(i -> columns.get(i).add(firstLine, first.get(i)));
        } else if (rows == 0) {
            throw new DataException(
                    file.path() + ": expected rows below the names in line " + firstLine + ", got none");
        }
        List<String> names = names(header);
        int target = target(names);
        Set<Integer> categorical = new HashSet<>();
        options.categorical().forEach(name -> categorical.add(place("categorical", names, name)));
        List<TableColumn> fitted = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            ColumnScan column = columns.get(i);
            fitted.add(
                    i == target
                            ? target(column, names.get(i))
                            : column.input(file, names.get(i), categorical.contains(i)));
        }
        return new TableSchema(header, target, fitted);
    }

    private boolean isHeader() {
        if (first.stream().anyMatch(cell -> !Float.isNaN(Cell.number(cell)))) {
            return false;
        }
        boolean anyNumeric = false;
        boolean anyAgain = false;
        for (int i = 0; i < first.size(); i++) {
            boolean text = !Cell.isMissing(first.get(i));
            anyNumeric |= text && columns.get(i).isNumeric();
            anyAgain |= text && columns.get(i).has(first.get(i));
        }
        return anyNumeric || !anyAgain;
    }

    private List<String> names(boolean header) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            String name = header && !first.get(i).isEmpty() ? first.get(i) : Integer.toString(i);
            if (names.contains(name)) {
                throw new DataException(file.path() + ", line " + firstLine + ": expected names that differ, got "
                        + Cell.shown(name) + " twice");
            }
            names.add(name);
        }
        return names;
    }

    private int target(List<String> names) {
        return options.target().equals(TableOptions.LAST) && !names.contains(TableOptions.LAST)
                ? names.size() - 1
                : place("target", names, options.target());
    }

    private int place(String what, List<String> names, String wanted) {
        int place = names.indexOf(wanted);
        if (place < 0 && wanted.matches("\\d{1,9}")) {
            place = Integer.parseInt(wanted);
        }
        if (place < 0 || place >= names.size()) {
            throw new DataException(
                    file.path() + ", " + what + ": expected one of the columns " + Cell.shown(String.join(", ", names))
                            + ", 0 to " + (names.size() - 1) + " or last, got " + wanted);
        }
        return place;
    }

    private TableColumn target(ColumnScan column, String name) {
        return switch (options.task()) {
            case CLASSIFICATION -> column.classes(file, name);
            case REGRESSION -> column.numeric(file, name);
            case AUTO -> column.looksLikeClasses() ? column.guessedClasses(file, name) : column.numeric(file, name);
        };
    }
}
