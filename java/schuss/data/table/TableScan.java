package schuss.data.table;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import schuss.data.DataException;

/** The first reading of a file, which finds out what its columns are. */
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

    /** Reads the file. */
    static TableScan of(TableFile file, TableOptions options) {
        TableScan scan = new TableScan(file, options);
        file.read(scan::add);
        return scan;
    }

    /** The largest number of digits after the decimal mark in a column. */
    int fractionDigits(int column) {
        return columns.get(column).fractionDigits();
    }

    private void add(long line, List<String> cells) {
        if (first == null) { // names or not: the rest will show
            first = cells.stream().map(Cell::clean).toList();
            firstLine = line;
            checkFirst();
            cells.forEach(cell -> columns.add(new ColumnScan()));
            return;
        }
        rows++;
        for (int i = 0; i < columns.size(); i++) {
            String cell = Cell.clean(cells.get(i));
            if (columns.get(i).add(line, cell)) {
                checkText(line, i, cell);
            }
        }
    }

    private void checkFirst() {
        for (int i = 0; i < first.size(); i++) {
            checkText(firstLine, i, first.get(i));
        }
        if (first.size() < 2) {
            throw new DataException(file.path() + ", line " + firstLine
                    + ": expected at least two cells, an input and the target, got one: " + Cell.shown(first.get(0))
                    + "; TableOptions.withSeparator names what stands between cells");
        }
    }

    /** A text has no NUL characters; binary files do, and UTF-16 without a byte order mark. */
    private void checkText(long line, int column, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new DataException(file.path() + ", line " + line + ", cell " + (column + 1)
                    + ": expected text in UTF-8, or in UTF-16 with a byte order mark, got a NUL character: "
                    + Cell.shown(text));
        }
    }

    /** The columns with all categories, before means and deviations are computed. */
    TableSchema schema() {
        if (first == null) {
            throw new DataException(file.path() + ": expected a table, got no line"
                    + (file.skipLines() > 0 ? " after " + file.skipLines() + " skipped" : ""));
        }
        boolean header = switch (options.header()) {
            case AUTO -> isHeader();
            case YES -> true;
            case NONE -> false;
        };
        if (!header) {
            rows++;
            IntStream.range(0, first.size()).forEach(i -> columns.get(i).add(firstLine, first.get(i)));
        } else if (rows == 0) {
            throw new DataException(
                    file.path() + ": expected rows below the names in line " + firstLine + ", got none");
        }
        ColumnNames names =
                new ColumnNames(header ? first : Collections.nCopies(first.size(), "")).checked(file, firstLine);
        int target = options.target().equals(TableOptions.LAST) && !names.has(TableOptions.LAST)
                ? first.size() - 1
                : place("target", names, options.target());
        return new TableSchema(
                header,
                String.valueOf(file.separator()),
                target,
                options.missingTargets(),
                options.unknown(),
                columns(names, target));
    }

    private List<TableColumn> columns(ColumnNames names, int target) {
        Set<Integer> categorical = places("categorical", names, options.categorical());
        Set<Integer> ignored = places("ignore", names, options.ignored());
        if (ignored.contains(target)) {
            throw new DataException(file.path() + ", ignore: expected other columns than the target, got "
                    + Cell.shown(names.all().get(target)));
        }
        if (ignored.size() == first.size() - 1) {
            throw new DataException(file.path() + ", ignore: expected at least one column left, got none");
        }
        char decimal = decimal(ignored);
        List<TableColumn> fitted = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            ColumnRules rules = new ColumnRules(
                    file, names.all().get(i), categorical.contains(i), options.dates(), options.decimal(), decimal);
            fitted.add(
                    i == target
                            ? target(columns.get(i), rules)
                            : ignored.contains(i)
                                    ? TableColumn.ignored(rules.name())
                                    : columns.get(i).input(rules));
        }
        return fitted;
    }

    private Set<Integer> places(String what, ColumnNames names, Set<String> wanted) {
        Set<Integer> places = new HashSet<>();
        wanted.forEach(name -> places.add(place(what, names, name)));
        return places;
    }

    /** The decimal mark that some columns show without doubt, or 0 if none does or they differ. */
    private char decimal(Set<Integer> ignored) {
        Set<Character> marks = new HashSet<>();
        for (int i = 0; i < columns.size(); i++) {
            if (!ignored.contains(i) && columns.get(i).decimal() != 0) {
                marks.add(columns.get(i).decimal());
            }
        }
        return marks.size() == 1 ? marks.iterator().next() : 0;
    }

    private boolean isHeader() {
        boolean anyNumber = false;
        boolean anyNumeric = false;
        boolean anyAgain = false;
        for (int i = 0; i < first.size(); i++) {
            boolean text = !Cell.isMissing(first.get(i));
            anyNumber |= text && columns.get(i).isNumber(first.get(i));
            anyNumeric |= text && columns.get(i).isNumeric();
            anyAgain |= text && columns.get(i).has(first.get(i));
        }
        if (anyNumber) {
            if (rows > 1 && (hasTextsOfNames() || countsUp())) {
                throw new DataException(
                        file.path() + ", line " + firstLine
                                + ": expected names or a row, got what may be either: "
                                + Cell.shown(String.join(",", first))
                                + "; TableOptions.withHeader(YES) says that these are names, TableOptions.withHeader(NONE) that it is a row");
            }
            return false;
        }
        return anyNumeric || !anyAgain;
    }

    /**
     * Whether there are texts that all look like names: they stand above numbers, or above categories that occur
     * repeatedly.
     */
    private boolean hasTextsOfNames() {
        boolean any = false;
        for (int i = 0; i < first.size(); i++) {
            String cell = first.get(i);
            ColumnScan column = columns.get(i);
            if (!Cell.isMissing(cell) && !column.isNumber(cell)) {
                if (column.has(cell) || !(column.isNumeric() || column.comesAgain())) {
                    return false;
                }
                any = true;
            }
        }
        return any;
    }

    /** Whether the line is a sequence such as 2019, 2020, 2021 or 0, 1, 2 above numbers with fractions. */
    private boolean countsUp() {
        double before = Double.NaN;
        boolean fractions = false;
        for (int i = 0; i < first.size(); i++) {
            double number = Cell.number(first.get(i));
            if (number != Math.rint(number) || (i > 0 && number != before + 1)) {
                return false;
            }
            before = number;
            fractions |= columns.get(i).hasFractions();
        }
        return fractions;
    }

    private int place(String what, ColumnNames names, String wanted) {
        int place = names.place(wanted);
        if (place < 0 && wanted.matches("\\d{1,9}")) {
            place = Integer.parseInt(wanted);
        }
        if (place < 0 || place >= first.size()) {
            throw new DataException(file.path() + ", " + what + ": expected one of the columns "
                    + Cell.shown(String.join(", ", names.all())) + ", 0 to " + (first.size() - 1) + " or last, got "
                    + wanted);
        }
        return place;
    }

    private TableColumn target(ColumnScan column, ColumnRules rules) {
        return switch (options.task()) {
            case CLASSIFICATION -> column.classes(rules);
            case REGRESSION -> column.numeric(rules);
            case AUTO -> column.looksLikeClasses() ? column.guessedClasses(rules) : column.numeric(rules);
        };
    }
}
