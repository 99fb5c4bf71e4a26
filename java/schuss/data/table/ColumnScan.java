package schuss.data.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import schuss.data.DataException;

/** What is known about a column after the first reading of a file. */
final class ColumnScan {
    /** The most categories of a column. More are probably free texts, and each would be an input of the network. */
    static final int MOST_CATEGORIES = 1000;

    private static final int MOST_NUMBERED_CLASSES = 20;
    private static final double STRAY = 0.05; // a smaller share of texts among numbers is a mistake
    private static final int MOST_UNITS = 20; // that are counted
    private static final int FEW = 10; // categories need not come again

    private final Set<String> distinct = new HashSet<>();
    private final Map<String, NumberScan> numbers = new LinkedHashMap<>(); // by their unit
    private final NumberScan plain = new NumberScan("", "");
    private long texts;
    private long missing;
    private long dashes; // nothing among numbers, a category among texts
    private Set<Notation.Style> dates; // in which all cells can be read; null for no cell yet
    private Place text; // the first cell that is no number

    /** A cell and its line. */
    record Place(long line, String text) {}

    /** Adds a cell; returns whether it is a text that has not occurred before. */
    boolean add(long line, String cell) {
        if (Cell.isMissing(cell)) {
            missing++;
            return false;
        }
        boolean number = addNumber(line, cell);
        if (!number) {
            addText(line, cell);
        }
        return distinct.size() <= MOST_CATEGORIES && distinct.add(cell) && !number;
    }

    private boolean addNumber(long line, String cell) {
        double value = Cell.plainNumber(cell);
        if (!Double.isNaN(value)) {
            plain.addPlain(line, cell, value);
            return true;
        }
        NumberText number = NumberText.of(cell);
        NumberScan unit = number == null ? null : unit(number);
        return unit != null && unit.add(line, cell, number);
    }

    private NumberScan unit(NumberText number) {
        if (number.before().isEmpty() && number.after().isEmpty()) {
            return plain;
        }
        String name = number.before() + "\0" + number.after();
        return numbers.size() < MOST_UNITS
                ? numbers.computeIfAbsent(name, key -> new NumberScan(number.before(), number.after()))
                : numbers.get(name);
    }

    private void addText(long line, String cell) {
        if (Cell.isDash(cell)) {
            dashes++;
            return;
        }
        if (texts++ == 0) {
            text = new Place(line, cell);
        }
        if (dates == null) {
            dates = new HashSet<>(DateText.styles(cell));
        } else if (!dates.isEmpty()) {
            dates.retainAll(DateText.styles(cell));
        }
    }

    /** The numbers with the most frequent unit. */
    private NumberScan main() {
        NumberScan main = plain;
        for (NumberScan other : numbers.values()) {
            main = other.count() > main.count() ? other : main;
        }
        return main;
    }

    /** The number of cells that are neither missing nor numbers with the main unit. */
    private long strays() {
        return present() - main().count() - (isNumeric() ? dashes : 0);
    }

    private long present() {
        return plain.count()
                + numbers.values().stream().mapToLong(NumberScan::count).sum()
                + texts
                + dashes;
    }

    /** The first of these cells. */
    private Place stray() {
        NumberScan main = main();
        Place first = text;
        List<NumberScan> all = new ArrayList<>(numbers.values());
        all.add(plain);
        for (NumberScan other : all) {
            boolean earlier = other != main
                    && other.count() > 0
                    && (first == null || other.first().line() < first.line());
            first = earlier ? other.first() : first;
        }
        return first;
    }

    boolean has(String cell) {
        return distinct.contains(cell);
    }

    /** Whether a cell is a number with the main unit of the column. */
    boolean isNumber(String cell) {
        if (!Double.isNaN(Cell.plainNumber(cell))) {
            return true;
        }
        NumberText number = NumberText.of(cell);
        return number != null
                && number.ways() != 0
                && number.before().equals(main().before())
                && number.after().equals(main().after());
    }

    boolean isNumeric() {
        long most = main().count();
        return most > present() - most - dashes;
    }

    /** Whether some numbers have fractions. */
    boolean hasFractions() {
        return isNumeric() && !main().isWhole();
    }

    /** Whether most categories occur more than once, so that a text that occurs once is conspicuous. */
    boolean comesAgain() {
        return 2L * distinct.size() <= present();
    }

    /** The decimal mark if the numbers of this column leave no doubt about it, or 0. */
    char decimal() {
        return isNumeric() ? main().decimal() : 0;
    }

    /** Whether these are classes if the user does not say so. */
    boolean looksLikeClasses() {
        int kinds = distinct.size();
        return !isNumeric()
                || isMixed()
                || (main().isWhole() && kinds <= MOST_NUMBERED_CLASSES && (kinds <= 2 || 2L * kinds <= main().count()));
    }

    /** Whether these are names of which some happen to be numbers, like 1, 2 and 3+. */
    private boolean isMixed() {
        return strays() > STRAY * present() && comesAgain();
    }

    /** The column as an input. */
    TableColumn input(ColumnRules rules) {
        if (rules.categorical()) {
            return TableColumn.categorical(rules.name(), categories(rules, missing > 0));
        }
        if (present() == 0) { // a category of its own: whoever predicts with another learns of it
            return TableColumn.categorical(rules.name(), List.of(""));
        }
        if (isDate()) {
            return date(rules, rules.dates());
        }
        boolean names = strays() > 0 && (!isNumeric() || isMixed());
        if (!names) {
            return numeric(rules);
        }
        checkComesAgain(
                rules,
                "TableOptions.withCategorical(\"" + rules.name()
                        + "\") takes each as a category, TableOptions.withIgnored(\"" + rules.name()
                        + "\") leaves the column out");
        return TableColumn.categorical(rules.name(), categories(rules, missing > 0));
    }

    private boolean isDate() {
        return dates != null && !dates.isEmpty() && texts == present() - dashes;
    }

    private TableColumn date(ColumnRules rules, TableOptions.Dates kept) {
        if (kept == TableOptions.Dates.REFUSE) {
            throw rules.refused(
                    text,
                    "numbers or names, got a date, ",
                    "; TableOptions.withDates(NUMBER) takes dates as numbers, TableOptions.withDates(PARTS) as year, month,"
                            + " day, weekday and hour, TableOptions.withCategorical(\"" + rules.name()
                            + "\") as categories");
        }
        if (dates.size() > 1) {
            throw rules.refused(
                    text, "dates that tell their days from their months, as 2024-12-31, got only such as ", "");
        }
        Notation notation = Notation.of(dates.iterator().next());
        return kept == TableOptions.Dates.PARTS && notation.style() != Notation.Style.CLOCK
                ? TableColumn.parts(rules.name(), notation)
                : TableColumn.numeric(rules.name(), notation);
    }

    /** Throws if hardly any text occurs twice: these are numbers in an unknown notation, or keys. */
    private void checkComesAgain(ColumnRules rules, String help) {
        if (distinct.size() > FEW && !comesAgain()) {
            throw rules.refused(
                    stray(),
                    "numbers, or names that come again, got " + (distinct.size() > MOST_CATEGORIES ? "more than " : "")
                            + Math.min(distinct.size(), MOST_CATEGORIES) + " different ones in " + present()
                            + " rows, such as ",
                    "; " + help);
        }
    }

    /** The column as a target that is a number. */
    TableColumn numeric(ColumnRules rules) {
        if (isDate()) {
            return date(rules, rules.dates() == TableOptions.Dates.PARTS ? TableOptions.Dates.NUMBER : rules.dates());
        }
        NumberScan main = main();
        if (strays() > 0) {
            String alike = main.count() > 0 ? " as in " + main.count() + " other cells" : "";
            throw rules.refused(stray(), "a number" + alike + ", got ", "");
        }
        return TableColumn.numeric(rules.name(), main.notation(rules));
    }

    /** The largest number of digits after the decimal mark. */
    int fractionDigits() {
        return main().fractionDigits();
    }

    /** The column as a target that is a class. */
    TableColumn classes(ColumnRules rules) {
        List<String> names = categories(rules, false);
        if (names.size() < 2) {
            throw new DataException(
                    rules.file().path() + ", column " + rules.name() + ": expected at least two classes, got "
                            + (distinct.isEmpty() ? "none" : "only " + Cell.shown(names.get(0))));
        }
        return TableColumn.categorical(rules.name(), names);
    }

    /** The column as a target that is a class, if the user has not said so. */
    TableColumn guessedClasses(ColumnRules rules) {
        if (isDate()) {
            return numeric(rules);
        }
        checkComesAgain(rules, "TableOptions.withTask(CLASSIFICATION) takes each as a class");
        return classes(rules);
    }

    private List<String> categories(ColumnRules rules, boolean withMissing) {
        if (distinct.size() > MOST_CATEGORIES) {
            Place such = stray();
            throw new DataException(rules.file().path() + ", column " + rules.name() + ": expected numbers, or at most "
                    + MOST_CATEGORIES + " categories, got more"
                    + (such != null ? ", such as " + Cell.shown(such.text()) + " in line " + such.line() : ""));
        }
        Set<String> names = new HashSet<>(distinct);
        if (withMissing || names.isEmpty()) {
            names.add("");
        }
        Predicate<String> isNumber = text -> !Double.isNaN(Cell.number(text));
        Comparator<String> order = names.stream().allMatch(isNumber)
                ? Comparator.comparing(Cell::number).thenComparing(Comparator.naturalOrder())
                : Comparator.naturalOrder();
        return names.stream().sorted(order).toList();
    }
}
