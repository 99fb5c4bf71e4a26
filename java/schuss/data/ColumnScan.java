package schuss.data;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What is seen of a column's cells while a file is read for the first time. */
final class ColumnScan {
    /** More categories than these are rather texts, and each would be an input of the network. */
    static final int MOST_CATEGORIES = 1000;

    private static final int MOST_NUMBERED_CLASSES = 20;
    private static final double STRAY = 0.05; // a smaller share of texts among numbers is a mistake

    private final Set<String> distinct = new HashSet<>();
    private long numbers;
    private long texts;
    private long missing;
    private boolean whole = true;
    private String strayText;
    private long strayLine;

    /** Returns whether it is a text that has not been seen. */
    boolean add(long line, String text) {
        float number = Cell.number(text);
        if (Float.isNaN(number)) {
            if (Cell.isMissing(text)) {
                missing++;
                return false;
            }
            if (texts++ == 0) {
                strayText = text;
                strayLine = line;
            }
        } else {
            numbers++;
            whole &= number == Math.rint(number);
        }
        return distinct.size() <= MOST_CATEGORIES && distinct.add(text) && Float.isNaN(number);
    }

    boolean has(String text) {
        return distinct.contains(text);
    }

    boolean isNumeric() {
        return numbers > texts;
    }

    /** Whether these are classes, if nobody says. */
    boolean looksLikeClasses() {
        int kinds = distinct.size();
        return !isNumeric()
                || isMixed()
                || (whole && kinds <= MOST_NUMBERED_CLASSES && (kinds <= 2 || 2L * kinds <= numbers));
    }

    /** Names some of which happen to be numbers, like 1, 2 and 3+. */
    private boolean isMixed() {
        return texts > STRAY * (texts + numbers) && 2L * distinct.size() <= texts + numbers;
    }

    /** The column of an input. */
    TableColumn input(TableFile file, String name, boolean categorical) {
        boolean empty = numbers + texts == 0; // a category of its own: whoever predicts with another learns of it
        boolean names = categorical || empty || (texts > 0 && (!isNumeric() || isMixed()));
        if (names && !categorical) {
            refuseDecimalCommas(file, name);
        }
        return names ? TableColumn.categorical(name, categories(file, name, missing > 0)) : numeric(file, name);
    }

    /** Likewise, where nobody has said that the target is one. */
    TableColumn guessedClasses(TableFile file, String name) {
        refuseDecimalCommas(file, name);
        return classes(file, name);
    }

    private void refuseDecimalCommas(TableFile file, String name) {
        if (texts > 0 && distinct.stream().allMatch(t -> !Float.isNaN(Cell.number(t)) || Cell.hasDecimalComma(t))) {
            throw new DataException(file.where(strayLine, name) + ": expected a number with a decimal point, got "
                    + Cell.shown(strayText));
        }
    }

    /** The column of a target that is a number. */
    TableColumn numeric(TableFile file, String name) {
        if (texts > 0) {
            throw new DataException(file.where(strayLine, name) + ": expected a number"
                    + (numbers > 0 ? " as in " + numbers + " other cells" : "") + ", got " + Cell.shown(strayText));
        }
        return TableColumn.numeric(name, 0);
    }

    /** The column of a target that is a class. */
    TableColumn classes(TableFile file, String name) {
        List<String> names = categories(file, name, false);
        if (names.size() < 2) {
            throw new DataException(file.path() + ", column " + name + ": expected at least two classes, got "
                    + (distinct.isEmpty() ? "none" : "only " + Cell.shown(names.get(0))));
        }
        return TableColumn.categorical(name, names);
    }

    private List<String> categories(TableFile file, String name, boolean withMissing) {
        if (distinct.size() > MOST_CATEGORIES) {
            throw new DataException(file.path() + ", column " + name + ": expected numbers, or at most "
                    + MOST_CATEGORIES + " categories, got more"
                    + (texts > 0 ? ", such as " + Cell.shown(strayText) + " in line " + strayLine : ""));
        }
        Set<String> names = new HashSet<>(distinct);
        if (withMissing || names.isEmpty()) {
            names.add("");
        }
        Predicate<String> isNumber = text -> !Float.isNaN(Cell.number(text));
        Comparator<String> order = names.stream().allMatch(isNumber)
                ? Comparator.comparing(Cell::number).thenComparing(Comparator.naturalOrder())
                : Comparator.naturalOrder();
        return names.stream().sorted(order).toList();
    }
}
