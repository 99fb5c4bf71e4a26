package schuss.train.checkpoint;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.DoublePredicate;
import schuss.FormatException;

/** The texts of a checkpoint, as whoever goes on from it may believe them: the file may be anybody's. */
record CheckpointText(Path file, Map<String, String> text) {
    private static final int SHOWN = 60; // characters

    /** @throws FormatException if there is none of this name */
    String get(String key) {
        String value = text.get(key);
        if (value == null) {
            throw new FormatException(file + ": expected \"" + key + "\" in its metadata, got none");
        }
        return value;
    }

    /** A whole number within bounds. */
    long whole(String key, long least, long most) {
        return whole(key, get(key), least, most);
    }

    long whole(String key, String value, long least, long most) {
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(key, "a whole number", value);
        }
        throw wrong(key, "a whole number from " + least + " to " + most, value);
    }

    /** A number for which something holds. */
    double number(String key, String value, String expected, DoublePredicate allowed) {
        try {
            double number = Double.parseDouble(value);
            if (allowed.test(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(key, expected, value);
        }
        throw wrong(key, expected, value);
    }

    FormatException wrong(String key, String expected, String got) {
        return new FormatException(file + ": " + key + ": expected " + expected + ", got \""
                + (got.length() <= SHOWN ? got : got.substring(0, SHOWN) + "...") + "\"");
    }
}
