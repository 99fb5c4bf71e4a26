package schuss.data;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.data.ImageFile.Header;
import schuss.data.ImageOptions.Unreadable;

/**
 * Pictures in one folder for each class, which is named like the folder: PNG, JPEG, GIF (the first picture of each) and BMP
 * files, resized to one size as {@link ImageFile#read} does it. The input is {@code image U8 (height, width, channels)}, the
 * target {@code label I32 ()}.
 *
 * <pre>{@code
 * ImageFolder train = ImageFolder.open(Path.of("pets/train"), ImageOptions.DEFAULT.withSize(64, 64));
 * ImageFolder test = ImageFolder.open(Path.of("pets/test"), train.options());   // the same classes, size and channels
 * trainer.workers(4).fit(train);                                                // four threads decode ahead
 * }</pre>
 *
 * <p>Classes are in the order of their names, character by character, and so are the files of a class. Folders in a class's
 * folder belong to that class with all that is in them; links are followed; what begins with a dot is left out. Any other
 * file is taken for a picture, whatever it is called.
 *
 * <p>Opening reads the header of every file. A picture is decoded whenever its example is read, in memory that goes
 * afterwards; one that turns out to be damaged then is named by a {@link DataException}.
 */
public final class ImageFolder implements Dataset {
    private static final int LARGEST_OWN_SIDE = 64;
    private static final int SIDE = 32;
    private static final int WHITE = 255;

    private final ImageOptions options;
    private final Shape shape;
    private final List<Path> files;
    private final int[] labels;
    private final Rows targets;
    private final List<String> skipped;

    private ImageFolder(ImageOptions options, List<Path> files, int[] labels, List<String> skipped) {
        this.options = options;
        this.shape = Shape.of(options.height(), options.width(), options.channels());
        this.files = List.copyOf(files);
        this.labels = labels;
        this.targets = Rows.of(labels, 1);
        this.skipped = List.copyOf(skipped);
    }

    /**
     * Finds the pictures of a folder.
     *
     * @throws DataException if there is no such folder, there are fewer than two classes (other than
     *     {@link ImageOptions#classNames} has, where it has some), one is empty, or a file cannot be read and is not to be
     *     skipped
     */
    public static ImageFolder open(Path folder, ImageOptions options) {
        ClassFolders found = ClassFolders.list(folder, options.classNames());
        boolean skip = options.unreadable() == Unreadable.SKIP;
        Look[] looks = new Look[found.files().size()];
        IntStream.range(0, looks.length)
                .parallel()
                .forEach(i -> looks[i] = Look.at(found.files().get(i), skip));
        List<String> bad = new ArrayList<>(found.strays());
        Arrays.stream(looks).filter(look -> look.failure != null).forEach(look -> bad.add(look.failure));
        if (!skip && !bad.isEmpty()) {
            throw new DataException(bad.get(0) + (bad.size() > 1 ? " (the first of " + bad.size() + ")" : ""));
        }
        int[] good = IntStream.range(0, looks.length)
                .filter(i -> looks[i].failure == null)
                .toArray();
        int[] labels = Arrays.stream(good).map(i -> found.labels()[i]).toArray();
        found.checkFilled(labels);
        List<Header> headers =
                Arrays.stream(good).mapToObj(i -> looks[i].header).toList();
        return new ImageFolder(
                settle(options, headers).withClassNames(found.names()),
                Arrays.stream(good).mapToObj(found.files()::get).toList(),
                labels,
                bad);
    }

    /** What opening a file has shown: its header, or why there is none. */
    private record Look(Header header, String failure) {
        static Look at(Path file, boolean whole) {
            try {
                Header header = ImageFile.header(file);
                if (whole) {
                    ImageFile.read(file, Shape.of(1, 1, 1));
                }
                return new Look(header, null);
            } catch (DataException e) {
                return new Look(null, e.getMessage());
            }
        }
    }

    /** Decides what is left to the pictures. */
    private static ImageOptions settle(ImageOptions options, List<Header> headers) {
        ImageOptions settled = options;
        if (options.channels() == 0) {
            settled = settled.withChannels(headers.stream().allMatch(Header::grey) ? 1 : 3);
        }
        if (options.height() == 0) {
            int height = headers.get(0).height();
            int width = headers.get(0).width();
            boolean own = Math.max(height, width) <= LARGEST_OWN_SIDE
                    && headers.stream().allMatch(header -> header.height() == height && header.width() == width);
            settled = own ? settled.withSize(height, width) : settled.withSize(SIDE, SIDE);
        }
        return settled;
    }

    /**
     * What is in a folder, by name, without what begins with a dot.
     *
     * @throws DataException if it cannot be read
     */
    public static List<Path> entries(Path folder) {
        return ClassFolders.entries(folder);
    }

    /**
     * All files in a folder and in folders in it, by path, without what begins with a dot; links are followed.
     *
     * @throws DataException if it cannot be read
     */
    public static List<Path> files(Path folder) {
        return ClassFolders.files(folder);
    }

    /** The names of the classes, in the order of the labels. */
    public List<String> classNames() {
        return options.classNames();
    }

    /** The options with all that was left to the pictures: to open others alike. */
    public ImageOptions options() {
        return options;
    }

    /** The file of one example. */
    public Path file(int index) {
        return files.get(index);
    }

    /** What was left out and why, a line for each file, beginning with it. */
    public List<String> skipped() {
        return skipped;
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public Spec input() {
        return new Spec("image", DType.U8, shape);
    }

    @Override
    public Spec target() {
        return new Spec("label", DType.I32, Shape.of());
    }

    @Override
    public int classes() {
        return options.classNames().size();
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public void read(int index, int row, ByteBuffer inputs, ByteBuffer targets) {
        float[] pixels = ImageFile.read(files.get(index), shape);
        int from = Math.multiplyExact(row, pixels.length);
        for (int i = 0; i < pixels.length; i++) {
            inputs.put(from + i, (byte) Math.round(pixels[i] * WHITE));
        }
        this.targets.copy(index, row, targets);
    }
}
