package schuss.data.table;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import schuss.data.DataException;

/**
 * Finds the character between cells of a file: the one that divides each of the first lines into the same number of
 * cells. If the comma does and another character too, as in {@code 4,3;2,7;0,1}, the file is ambiguous and is refused.
 */
final class Separator {
    private static final String ALL = ",\t;| ";
    private static final int SAMPLE = 1 << 16;
    private static final int MOST_LINES = 1000;

    private final char mark;
    private final Map<Integer, Integer> widths = new HashMap<>(); // how many lines have so many cells
    private int lines;
    private long cells; // below the first line, which may have names
    private double numbers;

    private Separator(char mark, String sample) {
        this.mark = mark;
        List<List<String>> records = TableFile.records(sample, mark, MOST_LINES);
        records.forEach(this::add);
        if (records.isEmpty()) {
            widths.put(0, 1); // no way to read it so
            lines = 1;
        }
    }

    private void add(List<String> line) {
        widths.merge(line.size(), 1, Integer::sum);
        if (lines++ > 0 && line.size() > 1) {
            cells += line.size();
            numbers += line.stream().mapToDouble(Separator::number).sum();
        }
    }

    /** How much a cell looks like a number; half if it has a unit, which may be the next cell. */
    private static double number(String cell) {
        NumberText number = NumberText.of(Cell.clean(cell));
        return number == null || number.ways() == 0 ? 0 : number.after().isEmpty() ? 1 : 0.5;
    }

    /** The separator of a file. */
    static char of(TableFile file) {
        String sample = sample(file);
        Separator comma = new Separator(',', sample);
        List<Separator> fit = new ArrayList<>();
        Separator best = comma;
        for (char mark : ALL.toCharArray()) {
            Separator other = new Separator(mark, sample);
            if (other.share() == 1) {
                fit.add(other);
            }
            best = other.share() > best.share() ? other : best;
        }
        if (comma.share() == 1) {
            fit.stream().filter(other -> other.rivals(comma)).findFirst().ifPresent(other -> {
                throw both(file.path(), sample, other.mark);
            });
            return ',';
        }
        for (Separator other : fit) {
            best = other.numeric() > best.numeric() || best.share() < 1 ? other : best;
        }
        return best.mark;
    }

    /** The whole lines that are examined. */
    private static String sample(TableFile file) {
        String sample = file.sample(SAMPLE);
        int end = sample.lastIndexOf('\n');
        return sample.length() < SAMPLE || end < 0 ? sample : sample.substring(0, end + 1);
    }

    /** The share of lines with the most frequent number of cells; 0 if that is one cell. */
    private double share() {
        int most = 1;
        for (int width : widths.keySet()) {
            most = widths.get(width) > widths.getOrDefault(most, 0) ? width : most;
        }
        return most < 2 || lines == 0 ? 0 : widths.get(most) / (double) lines;
    }

    private double numeric() {
        return cells == 0 ? 0 : numbers / cells;
    }

    /** Whether it divides the lines as well as the comma; blanks, which occur in texts and dates, must do better. */
    private boolean rivals(Separator comma) {
        return mark != comma.mark
                && (mark == ' ' ? numeric() > comma.numeric() : numeric() >= comma.numeric())
                && lines > 0;
    }

    private static DataException both(Path path, String sample, char mark) {
        String line = sample.lines()
                .skip(sample.lines().count() > 1 ? 1 : 0)
                .findFirst()
                .orElse("");
        return new DataException(String.format(
                Locale.ROOT,
                "%s: expected one mark between cells, got two in every line, %s and commas: %s; TableOptions.withSeparator('%s') takes the"
                        + " commas as decimal commas or text, TableOptions.withSeparator(',') takes the others so",
                path,
                name(mark),
                Cell.shown(line),
                escaped(mark)));
    }

    private static String name(char mark) {
        return switch (mark) {
            case '\t' -> "tabs";
            case ' ' -> "blanks";
            default -> "\"" + mark + "\"";
        };
    }

    private static String escaped(char mark) {
        return mark == '\t' ? "\\t" : String.valueOf(mark);
    }
}
