package schuss.data.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import schuss.Shape;
import schuss.data.DataException;
import schuss.internal.Interrupts;
import schuss.io.HalfPrecision;

/**
 * The header of an array: a magic string, two bytes of version, the length of a text, and that text, a dictionary in
 * Python's syntax.
 *
 * @param length the number of bytes before the elements
 * @param type the type of the elements
 * @param order their byte order
 * @param fortran whether the first axis is contiguous instead of the last
 * @param shape the shape of the array
 */
record NpyHeader(long length, Type type, ByteOrder order, boolean fortran, Shape shape) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int VERSION_BYTES = 2;
    private static final int MAX_TEXT = 1 << 16; // of a whole record type's names; ours have less than 128
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;
    private static final int SHOWN = 200; // characters of a header in a message
    private static final String QUOTED = "(?:'([^']*)'|\"([^\"]*)\")";
    private static final Pattern TYPE = entry("descr", QUOTED);
    private static final Pattern ORDER = entry("fortran_order", "(True|False)");
    private static final Pattern SHAPE = entry("shape", "\\(\\s*+((?:\\d{1,20}+L?\\s*+(?:,\\s*+|(?=\\)))){0,64})\\)");

    /** The types of elements; the names are NumPy's. */
    enum Type {
        BOOL("b1", 1),
        I1("i1", 1),
        U1("u1", 1),
        I2("i2", 2),
        U2("u2", 2),
        I4("i4", 4),
        U4("u4", 4),
        I8("i8", 8),
        U8("u8", 8),
        F2("f2", 2),
        F4("f4", 4),
        F8("f8", 8);

        private final String code;
        private final int bytes;

        Type(String code, int bytes) {
            this.code = code;
            this.bytes = bytes;
        }

        boolean isWhole() {
            return this != F2 && this != F4 && this != F8;
        }
    }

    private static Pattern entry(String key, String value) {
        return Pattern.compile("['\"]" + key + "['\"]\\s*:\\s*" + value);
    }

    /** Whether a file begins like an array. */
    static boolean begins(Path file) {
        try (InputStream in = Interrupts.open(file)) {
            return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        } catch (IOException e) {
            return false; // for a message alone
        }
    }

    /** Reads up to the first element. */
    static NpyHeader read(String place, InputStream in) throws IOException {
        byte[] magic = in.readNBytes(MAGIC.length + VERSION_BYTES);
        if (magic.length < MAGIC.length + VERSION_BYTES
                || !Arrays.equals(magic, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new DataException(place + ": expected an array of NumPy's, which begins with \\x93NUMPY, got "
                    + (magic.length == 0 ? "an empty file" : "another format"));
        }
        int version = magic[MAGIC.length];
        if (version < 1 || version > 3 || magic[MAGIC.length + 1] != 0) {
            throw new DataException(place + ": expected version 1.0, 2.0 or 3.0, got " + Byte.toUnsignedInt(magic[6])
                    + "." + Byte.toUnsignedInt(magic[7]));
        }
        byte[] size = in.readNBytes(version == 1 ? Short.BYTES : Integer.BYTES);
        ByteBuffer sizeBytes =
                ByteBuffer.wrap(Arrays.copyOf(size, Integer.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        long textBytes = Integer.toUnsignedLong(sizeBytes.getInt());
        if (textBytes > MAX_TEXT) {
            throw new DataException(place + ": expected a header of at most " + MAX_TEXT + " bytes, got " + textBytes);
        }
        byte[] text = in.readNBytes((int) textBytes);
        if (size.length < (version == 1 ? Short.BYTES : Integer.BYTES) || text.length < textBytes) {
            throw new DataException(place + ": expected a whole header, got a file that ends in it");
        }
        return parse(place, magic.length + size.length + text.length, new String(text, StandardCharsets.UTF_8));
    }

    private static NpyHeader parse(String place, long length, String text) {
        Matcher type = find(place, TYPE, "a type like 'descr': '<f4'", text);
        String code = type.group(1) != null ? type.group(1) : type.group(2);
        boolean fortran = find(place, ORDER, "'fortran_order': True or False", text)
                .group(1)
                .equals("True");
        String extents = find(place, SHAPE, "'shape': (n, ...)", text).group(1);
        Type found = type(place, code);
        return new NpyHeader(
                length,
                found,
                code.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                fortran,
                shape(place, found, extents));
    }

    private static Matcher find(String place, Pattern pattern, String expected, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new DataException(place + ": header: expected " + expected + ", got " + printable(text));
        }
        return matcher;
    }

    /** The text of a damaged file on one line. */
    private static String printable(String text) {
        String all = text.strip().replaceAll("[^ -~]", "?");
        return all.length() <= SHOWN ? all : all.substring(0, SHOWN) + "...";
    }

    private static Type type(String place, String code) {
        for (Type type : Type.values()) {
            if (code.matches("[<>|=]" + type.code)) {
                return type;
            }
        }
        throw new DataException(place + ": type: expected one of "
                + Stream.of(Type.values()).map(type -> type.code).collect(Collectors.joining(", ")) + ", got "
                + printable(code) + (code.endsWith("O") ? ", objects of Python's" : ""));
    }

    private static Shape shape(String place, Type type, String extents) {
        String[] texts = extents.isBlank() ? new String[0] : extents.strip().split("L?\\s*,\\s*|L?$");
        int[] dimensions = new int[texts.length];
        long bytes = type.bytes;
        for (int i = 0; i < texts.length; i++) {
            // longer than any extent: parsed, it would overflow
            long extent = texts[i].length() > 10 ? Long.MAX_VALUE : Long.parseLong(texts[i]);
            if (extent == 0 || extent > MAX_BYTES / bytes) {
                throw new DataException(place + ": shape: expected extents of at least 1 and at most " + MAX_BYTES
                        + " bytes together, got (" + extents.strip() + ") of " + type.code);
            }
            bytes *= extent;
            dimensions[i] = (int) extent;
        }
        return Shape.of(dimensions);
    }

    /** The number of bytes of all elements. */
    long bytes() {
        return shape.size() * type.bytes;
    }

    /** Shape and type, for messages. */
    String content() {
        return shape + " of " + type.code;
    }

    /** The elements, unchanged, in an order in which the last axis is contiguous. */
    byte[] toRowMajor(byte[] data) {
        if (!fortran || shape.rank() < 2) {
            return data;
        }
        int rank = shape.rank();
        int[] strides = new int[rank]; // in the file, in elements
        strides[0] = 1;
        for (int axis = 1; axis < rank; axis++) {
            strides[axis] = strides[axis - 1] * shape.dim(axis - 1);
        }
        byte[] result = new byte[data.length];
        int[] index = new int[rank];
        int from = 0;
        for (int to = 0; to < data.length; to += type.bytes) {
            System.arraycopy(data, from * type.bytes, result, to, type.bytes);
            int axis = rank - 1;
            from += strides[axis];
            while (++index[axis] == shape.dim(axis) && axis > 0) {
                from -= strides[axis] * shape.dim(axis);
                index[axis] = 0;
                axis--;
                from += strides[axis];
            }
        }
        return result;
    }

    Reader reader(byte[] data) {
        return new Reader(type, ByteBuffer.wrap(data).order(order));
    }

    /** Reads elements as Java numbers. */
    record Reader(Type type, ByteBuffer data) {
        double number(int i) {
            return switch (type) {
                case F2 -> HalfPrecision.ofF16(data.getShort(i * Short.BYTES));
                case U8 -> unsigned(data.getLong(i * Long.BYTES));
                case F4 -> data.getFloat(i * Float.BYTES);
                case F8 -> data.getDouble(i * Double.BYTES);
                default -> whole(i);
            };
        }

        private static double unsigned(long bits) {
            return bits >= 0 ? bits : (bits >>> 1 | bits & 1) * 2.0; // the last bit decides how it rounds
        }

        /** An integer; one that does not fit into a long becomes the largest long. */
        long whole(int i) {
            return switch (type) {
                case BOOL -> data.get(i) == 0 ? 0 : 1;
                case I1 -> data.get(i);
                case U1 -> Byte.toUnsignedInt(data.get(i));
                case I2 -> data.getShort(i * Short.BYTES);
                case U2 -> Short.toUnsignedLong(data.getShort(i * Short.BYTES));
                case U4 -> Integer.toUnsignedLong(data.getInt(i * Integer.BYTES));
                case U8 -> data.getLong(i * Long.BYTES) < 0 ? Long.MAX_VALUE : data.getLong(i * Long.BYTES);
                case I4 -> data.getInt(i * Integer.BYTES);
                case I8 -> data.getLong(i * Long.BYTES);
                default -> throw new IllegalStateException("expected whole numbers, got " + type.code);
            };
        }
    }
}
