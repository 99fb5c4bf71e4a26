package schuss.data.image;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.data.DataException;
import schuss.data.Dataset;
import schuss.data.Rows;
import schuss.data.image.ImageFile.Header;
import schuss.data.image.ImageOptions.Background;
import schuss.data.image.ImageOptions.Unreadable;
import schuss.internal.Interrupts;

/**
 * A data set of image files, in a folder that has one subfolder for each class, named like the class: {@code
 * pets/train/cat/1.jpg}, {@code pets/train/dog/2.jpg}. The files are read as {@link ImageFile} describes (PNG, JPEG, the
 * first image of a GIF, BMP) and resized to one size.
 *
 * <pre>{@code
 * ImageFolder train = ImageFolder.open(Path.of("pets/train"), ImageOptions.DEFAULT.withSize(64, 64));
 * ImageFolder test = ImageFolder.open(Path.of("pets/test"), train.options());   // the same classes, size and channels
 * trainer.withWorkers(4).fit(train);                                            // four threads decode ahead
 * }</pre>
 *
 * <p>The input is {@code image U8 (height, width, channels)}, or {@code F32} from 0 to 1 if a file has more than 8 bits
 * per sample; the network sees the same range for both. The target is {@code label I32 ()}.
 *
 * <p>Classes are sorted by name, character by character, and so are the files of a class. All files in a class's folder
 * and its subfolders belong to the class; links are followed; names that begin with a dot are ignored. Every other file
 * is expected to be an image, whatever its name.
 *
 * <p>Opening the folder reads the header of every file, and the pixels of those that may be transparent. Images are
 * decoded whenever their example is read and are not kept in memory; an image that proves damaged then causes a {@link
 * DataException} that names it. One warning is logged if images were turned, laid over a background or converted to other
 * colours.
 */
public final class ImageFolder implements Dataset {
    private static final int LARGEST_OWN_SIDE = 64;
    private static final int SIDE = 32;
    private static final int MOST_SHOWN = 10; // classes
    private static final int WHITE = 255;

    private static final System.Logger LOG = System.getLogger("schuss");

    private final ImageOptions options;
    private final Shape shape;
    private final DType dtype;
    private final List<Path> files;
    private final int[] labels;
    private final Rows targets;
    private final List<String> skipped;

    private ImageFolder(ImageOptions options, DType dtype, List<Path> files, int[] labels, List<String> skipped) {
        this.options = options;
        this.dtype = dtype;
        this.shape = options.shape();
        this.files = List.copyOf(files);
        this.labels = labels;
        this.targets = Rows.of(labels, 1);
        this.skipped = List.copyOf(skipped);
    }

    /**
     * Finds the images in a folder.
     *
     * @param folder the folder with one subfolder per class
     * @param options how to read the images
     * @return the data set
     * @throws DataException if the folder does not exist, there are fewer than two classes, there is a class that {@link
     *     ImageOptions#classNames} does not list, a class is empty, or a file cannot be read and is not to be skipped
     */
    public static ImageFolder open(Path folder, ImageOptions options) {
        return open(folder, options, line -> LOG.log(System.Logger.Level.WARNING, line));
    }

    /**
     * Finds the images in a folder and passes the warning on, if there is one, instead of logging it.
     *
     * @param folder the folder with one subfolder per class
     * @param options how to read the images
     * @param warnings receives the warning
     * @return the data set
     * @throws DataException as {@link #open(Path, ImageOptions)}
     */
    public static ImageFolder open(Path folder, ImageOptions options, Consumer<String> warnings) {
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
        List<Look> readable = Arrays.stream(good).mapToObj(i -> looks[i]).toList();
        List<Header> headers = readable.stream().map(look -> look.header).toList();
        ImageOptions settled = settle(options, readable).withClassNames(found.names());
        ImageNotes notes = new ImageNotes();
        readable.forEach(look -> notes.add(look.treatment(settled.background()), settled.background()));
        if (!notes.isEmpty()) {
            warnings.accept(folder + ": " + notes);
        }
        return new ImageFolder(
                settled,
                headers.stream().anyMatch(Header::deep) ? DType.F32 : DType.U8,
                Arrays.stream(good).mapToObj(found.files()::get).toList(),
                labels,
                bad);
    }

    /**
     * What opening a file shows: its header and, where they may matter, its pixels; or the reason why it cannot be read.
     */
    private record Look(Header header, ImageFile.Look pixels, String failure) {
        static Look at(Path file, boolean whole) {
            try {
                Header header = ImageFile.header(file);
                return new Look(header, whole || header.alpha() ? ImageFile.look(file) : null, null);
            } catch (DataException e) {
                if (Interrupts.isCause(e.getCause())) {
                    throw e; // which says nothing of the file
                }
                return new Look(null, null, e.getMessage());
            }
        }

        boolean isTransparent() {
            return pixels != null && pixels.transparent();
        }

        boolean isSeenOver(Background background) {
            return !isTransparent() || pixels.seenOver().contains(background);
        }

        ImageNotes.Treatment treatment(Background background) {
            return header.treatment(isTransparent(), isSeenOver(background));
        }
    }

    /** Decides what the options leave to the images. */
    private static ImageOptions settle(ImageOptions options, List<Look> looks) {
        List<Header> headers = looks.stream().map(Look::header).toList();
        ImageOptions settled = options;
        if (options.channels() == 0) {
            settled = settled.withChannels(headers.stream().allMatch(Header::grey) ? 1 : 3);
        }
        if (options.background() == Background.AUTO) {
            settled = settled.withBackground(
                    seenOver(looks, Background.WHITE) >= seenOver(looks, Background.BLACK)
                            ? Background.WHITE
                            : Background.BLACK);
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

    private static long seenOver(List<Look> looks, Background background) {
        return looks.stream().filter(look -> look.isSeenOver(background)).count();
    }

    /**
     * {@return the entries of a folder, sorted by name, without those that begin with a dot}
     *
     * @param folder the folder
     * @throws DataException if it cannot be read
     */
    public static List<Path> entries(Path folder) {
        return ClassFolders.entries(folder);
    }

    /**
     * {@return all files in a folder and its subfolders, sorted by path, without those that begin with a dot; links are
     * followed}
     *
     * @param folder the folder
     * @throws DataException if it cannot be read
     */
    public static List<Path> files(Path folder) {
        return ClassFolders.files(folder);
    }

    /** {@return the names of the classes in the order of their labels} */
    @Override
    public List<String> classNames() {
        return options.classNames();
    }

    /**
     * {@return the options with everything decided that was left to the images, for opening other folders in the same
     * way}
     */
    public ImageOptions options() {
        return options;
    }

    /**
     * {@return the file of an example}
     *
     * @param index the example, 0 to {@code size() - 1}
     */
    public Path file(int index) {
        return files.get(index);
    }

    /** {@return the files that were left out, one per line, with the reason} */
    public List<String> skipped() {
        return skipped;
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public Spec input() {
        return new Spec("image", dtype, shape);
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
        float[] pixels = ImageFile.read(files.get(index), options);
        int from = Math.multiplyExact(row, pixels.length);
        for (int i = 0; i < pixels.length; i++) {
            if (dtype == DType.U8) {
                inputs.put(from + i, (byte) Math.round(pixels[i] * WHITE));
            } else {
                inputs.putFloat((from + i) * Float.BYTES, pixels[i]);
            }
        }
        this.targets.copy(index, row, targets);
    }

    /** {@return the size and the classes, such as {@code 2,000 images of 2 classes: cat, dog}} */
    @Override
    public String toString() {
        List<String> names = classNames();
        return String.format(
                Locale.ROOT,
                "%,d images of %d classes: %s",
                size(),
                names.size(),
                String.join(", ", names.subList(0, Math.min(names.size(), MOST_SHOWN)))
                        + (names.size() > MOST_SHOWN ? ", ..." : ""));
    }
}
