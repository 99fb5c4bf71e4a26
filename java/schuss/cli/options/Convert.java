package schuss.cli.options;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import schuss.CpuOptions;
import schuss.data.augment.Augmentation;

/** Converters for the values of options; each refuses bad values with a message. */
public final class Convert {
    private static final int MOST_UNITS = 1_000_000;
    private static final int MOST_FOLDS = 100;

    private Convert() {}

    /** A whole number of at least 1. */
    public static final class Count implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return whole("a whole number of at least 1", text, Integer.MAX_VALUE);
        }
    }

    /** A whole number of at least 0. */
    static final class CountOrNone implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return text.strip().equals("0") ? 0 : whole("a whole number of at least 0", text, Integer.MAX_VALUE);
        }
    }

    /** A number of parts for cross-validation. */
    static final class Folds implements ITypeConverter<Integer> {
        private static final String EXPECTED = "a whole number of 2 to " + MOST_FOLDS;

        @Override
        public Integer convert(String text) {
            int folds = whole(EXPECTED, text, MOST_FOLDS);
            if (folds < 2) {
                throw refused(EXPECTED, text);
            }
            return folds;
        }
    }

    static final class Threads implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            int most = CpuOptions.MOST_THREADS;
            return whole("a number of threads, 1 to " + most, text, most);
        }
    }

    static final class Seed implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                return Long.valueOf(text.strip());
            } catch (NumberFormatException e) {
                throw refused("a whole number", text);
            }
        }
    }

    /** A finite number above 0. */
    public static final class Positive implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return number("a finite number above 0", text, x -> x > 0);
        }
    }

    /** A finite number of at least 0. */
    static final class NotNegative implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return number("a finite number of at least 0", text, x -> x >= 0);
        }
    }

    /** A share of units to drop. */
    static final class Share implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return number("a number in [0, 1)", text, x -> x >= 0 && x < 1);
        }
    }

    /** Whole numbers, like {@code 500,500}. */
    static final class WidthList implements ITypeConverter<Widths> {
        private static final String EXPECTED =
                "whole numbers of 1 to " + MOST_UNITS + " with commas between, like 500,500";

        @Override
        public Widths convert(String text) {
            return new Widths(Arrays.stream(text.split(",", -1))
                    .map(width -> width(text, width))
                    .toList());
        }

        private static int width(String text, String width) {
            try {
                return whole(EXPECTED, width, MOST_UNITS);
            } catch (TypeConversionException e) {
                throw refused(EXPECTED, text);
            }
        }
    }

    /** Whether something is so. */
    static final class YesNo implements ITypeConverter<Boolean> {
        @Override
        public Boolean convert(String text) {
            if (!text.equals("true") && !text.equals("false")) {
                throw refused("true or false", text);
            }
            return text.equals("true");
        }
    }

    /** Changes of images, like {@code flip,rotate:15}. */
    static final class Chain implements ITypeConverter<Augmentation> {
        @Override
        public Augmentation convert(String text) {
            try {
                return Augmentation.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** One of the names of an enum, in lower case. */
    public abstract static class Name<E extends Enum<E>> implements ITypeConverter<E> {
        private final Class<E> type;

        protected Name(Class<E> type) {
            this.type = type;
        }

        /** How a value is written. */
        protected String name(E value) {
            return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        @Override
        public E convert(String text) {
            for (E value : type.getEnumConstants()) {
                if (name(value).equals(text)) {
                    return value;
                }
            }
            String names =
                    Arrays.stream(type.getEnumConstants()).map(this::name).collect(Collectors.joining(", "));
            throw refused((type.getEnumConstants().length > 1 ? "one of " : "") + names, text);
        }
    }

    private static int whole(String expected, String text, int most) {
        try {
            int value = Integer.parseInt(text.strip());
            if (value >= 1 && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw refused(expected, text);
        }
        throw refused(expected, text);
    }

    private static double number(String expected, String text, DoublePredicate allowed) {
        try {
            double value = Double.parseDouble(text);
            // a rate that is 0 or infinite as a float would do other than what was asked for
            if (allowed.test(value) && Float.isFinite((float) value) && (value == 0 || (float) value != 0)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw refused(expected, text);
        }
        throw refused(expected, text);
    }

    private static TypeConversionException refused(String expected, String text) {
        return new TypeConversionException("expected " + expected + ", got " + (text.isEmpty() ? "nothing" : text));
    }
}
