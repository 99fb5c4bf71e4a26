package schuss.data.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import schuss.Shape;
import schuss.data.ArrayDataset;
import schuss.data.DataException;
import schuss.data.Dataset;
import schuss.internal.Interrupts;

/**
 * An array in NumPy's format, from a file {@code .npy} or an entry of a file {@code .npz}. It reads versions 1.0 to 3.0,
 * little and big endian, C and Fortran order, and the types f2, f4, f8, u1, u2, u4, u8, i1, i2, i4, i8 and bool.
 *
 * <pre>{@code
 * Map<String, Npy> arrays = Npy.readAll(Path.of("digits.npz"));       // numpy.savez("digits.npz", x=..., y=...)
 * Dataset data = Npy.dataset(arrays.get("x"), arrays.get("y"));
 * Dataset other = Npy.dataset(Npy.read(Path.of("x.npy")), Npy.read(Path.of("y.npy")));
 * }</pre>
 *
 * <p>Source: the documentation of numpy.lib.format.
 */
public final class Npy {
    private static final String SUFFIX = ".npy";
    private static final long MOST_COMPRESSED = 1032; // what deflate makes of a byte at most
    private static final float WHITE = 255; // of u1
    private static final int IMAGE_RANK = 3; // (n, height, width), or one more with channels

    private final String place;
    private final NpyHeader header; // null where it cannot be read
    private final byte[] data; // row-major
    private final DataException fault; // why; null for nothing

    private Npy(String place, NpyHeader header, byte[] data, DataException fault) {
        this.place = place;
        this.fault = fault;
        this.header = header;
        this.data = data;
    }

    /**
     * Reads a {@code .npy} file.
     *
     * @param file the file
     * @return the array
     * @throws DataException if it is missing, of another format or type, shorter or longer than its shape says, empty, or
     *     larger than 2 GiB
     */
    public static Npy read(Path file) {
        try (InputStream in = Interrupts.open(file)) {
            return read(file.toString(), in, Files.size(file));
        } catch (NoSuchFileException e) {
            throw new DataException(file + ": expected a file with an array of NumPy's, got no such file", e);
        } catch (IOException e) {
            throw new DataException(
                    file + ": expected a readable file, got " + (Files.isDirectory(file) ? "a folder" : e), e);
        }
    }

    /**
     * Reads all arrays of a {@code .npz} file. An array that cannot be read, for example because of its type, throws its
     * exception when it is used.
     *
     * @param file the file
     * @return the arrays by name, in the order of the file
     * @throws DataException if it is not a complete zip file, has no arrays, or they are larger than its compression
     *     allows
     */
    public static Map<String, Npy> readAll(Path file) {
        Map<String, Npy> arrays = new LinkedHashMap<>();
        long left = MOST_COMPRESSED * file.toFile().length(); // entries that share bytes could be any number
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (entry.getName().endsWith(SUFFIX)) {
                    String name = entry.getName().substring(0, entry.getName().length() - SUFFIX.length());
                    try (InputStream in = zip.getInputStream(entry)) {
                        Npy array = readEntry(file + ": " + entry.getName(), in, entry.getSize());
                        left -= array.data.length;
                        if (left < 0) {
                            throw new DataException(file + ": expected arrays of at most " + MOST_COMPRESSED
                                    + " times the file's size, which is what its compression can do, got more");
                        }
                        arrays.put(name, array);
                    }
                }
            }
        } catch (NoSuchFileException e) {
            throw new DataException(file + ": expected a file with arrays of NumPy's, got no such file", e);
        } catch (IllegalArgumentException e) {
            throw new DataException(file + ": expected names of entries in UTF-8, got others", e);
        } catch (ZipException | EOFException e) {
            if (NpyHeader.begins(file)) {
                throw new DataException(file + ": expected a zip file of arrays, got one array: see Npy.read", e);
            }
            throw new DataException(file + ": expected a whole zip file, got a damaged one: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new DataException(
                    file + ": expected a readable file, got " + (Files.isDirectory(file) ? "a folder" : e), e);
        }
        if (arrays.isEmpty()) {
            throw new DataException(file + ": expected entries named like x" + SUFFIX + ", got none");
        }
        return arrays;
    }

    private static Npy readEntry(String place, InputStream in, long claimed) throws IOException {
        try {
            return read(place, in, claimed);
        } catch (DataException e) {
            return new Npy(place, null, new byte[0], e);
        }
    }

    private NpyHeader header() {
        if (fault != null) {
            throw fault;
        }
        return header;
    }

    private static Npy read(String place, InputStream in, long fileBytes) throws IOException {
        NpyHeader header = NpyHeader.read(place, in);
        long expected = header.length() + header.bytes();
        if (fileBytes != expected) {
            throw length(place, header, expected, fileBytes);
        }
        byte[] data = Idx.readData(in, (int) header.bytes(), 0); // what the sizes claim may not be there
        if (data.length < header.bytes()) {
            throw length(place, header, expected, header.length() + data.length);
        }
        return new Npy(place, header, header.toRowMajor(data), null);
    }

    private static DataException length(String place, NpyHeader header, long expected, long got) {
        return new DataException(place + ": expected " + expected + " bytes for " + header.content() + ", got " + got);
    }

    /** {@return the shape; {@code ()} for a single number} */
    public Shape shape() {
        return header().shape();
    }

    /** {@return whether the elements are integers or booleans} */
    public boolean isWhole() {
        return header().type().isWhole();
    }

    private boolean isPixels() {
        return header().type() == NpyHeader.Type.U1;
    }

    /**
     * {@return all elements, row-major, as a network sees them that was trained with {@link #dataset}: elements of type
     * u1 are divided by 255}
     */
    public float[] inputs() {
        float[] values = floats();
        for (int i = 0; isPixels() && i < values.length; i++) {
            values[i] /= WHITE;
        }
        return values;
    }

    /** {@return all elements, row-major, each rounded to the nearest float; true is 1} */
    public float[] floats() {
        float[] values = new float[elements()];
        NpyHeader.Reader reader = header().reader(data);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) reader.number(i);
        }
        return values;
    }

    /**
     * {@return all elements of an array of integers or booleans, row-major; true is 1}
     *
     * @throws DataException if the array has floating-point numbers, or a number does not fit into an int
     */
    public int[] ints() {
        if (!isWhole()) {
            throw new DataException(place + ": expected whole numbers, got " + header().content());
        }
        int[] values = new int[elements()];
        NpyHeader.Reader reader = header().reader(data);
        for (int i = 0; i < values.length; i++) {
            long value = reader.whole(i);
            if (value != (int) value) {
                throw new DataException(place + ": element " + i + ": expected a number of 32 bits, got " + value);
            }
            values[i] = (int) value;
        }
        return values;
    }

    private int elements() {
        return Math.toIntExact(header().shape().size());
    }

    /**
     * Makes a data set of an array of features and an array of targets, with one example per row.
     *
     * <ul>
     * <li>Features of type u1 are pixels from 0 to 255, which a network sees divided by 255. If they are images, (n,
     *     height, width) or (n, height, width, channels), the input has an axis of channels in both cases.
     * <li>Features of other types become floats and are seen unchanged.
     * <li>Targets of integers, (n) or (n, 1), are class labels; the number of classes is the largest label plus 1.
     * <li>All other targets are numbers to predict, {@code F32 (k)}.
     * </ul>
     *
     * @param features (n, ...)
     * @param targets (n, ...)
     * @return the data set
     * @throws DataException if the numbers of rows differ, a label is negative, or a number is not finite
     */
    public static Dataset dataset(Npy features, Npy targets) {
        int n = features.rows("features");
        if (targets.rows("targets") != n) {
            throw new DataException(targets.place + ": expected " + n + " targets, one for each example of "
                    + features.place + ", got " + targets.shape().dim(0));
        }
        if (!targets.isWhole() || targets.shape().size() != n) {
            float[] numbers = targets.floats();
            return features.isPixels()
                    ? ArrayDataset.images(ByteBuffer.wrap(features.data), features.image(), numbers, targets.example())
                    : Dataset.of(features.floats(), features.example(), numbers, targets.example());
        }
        int[] labels = targets.ints();
        int classes = targets.classes(labels);
        return features.isPixels()
                ? ArrayDataset.images(ByteBuffer.wrap(features.data), features.image(), labels, classes)
                : Dataset.of(features.floats(), features.example(), labels, classes);
    }

    private int rows(String what) {
        if (shape().isScalar()) {
            throw new DataException(place + ": expected " + what + " (n, ...), got a single number");
        }
        return shape().dim(0);
    }

    /** The shape of one row; (1) for single numbers. */
    private Shape example() {
        return shape().rank() == 1 ? Shape.of(1) : shape().tail();
    }

    private Shape image() {
        Shape example = example();
        return shape().rank() == IMAGE_RANK ? Shape.of(example.dim(0), example.dim(1), 1) : example;
    }

    private int classes(int... labels) {
        int largest = 0;
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] == Integer.MAX_VALUE) {
                throw new DataException(place + ": label " + i + ": expected a class from 0 on, got " + labels[i]);
            }
            largest = Math.max(largest, labels[i]);
        }
        return largest + 1;
    }
}
