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
 * SampleImages in one folder for each class, which is named like the folder: PNG, JPEG, GIF (the first image of each) and BMP
 * files, turned upright, laid over one background and resized to one size as {@link ImageFile} does it. The input is
 * {@code image U8 (height, width, channels)}, or {@code F32} from 0 to 1 where one of the files has more than 8 bits a
 * sample; a network sees the same range of both. The target is {@code label I32 ()}.
 *
 * <pre>{@code
 * ImageFolder train = ImageFolder.open(Path.of("pets/train"), ImageOptions.DEFAULT.withSize(64, 64));
 * ImageFolder test = ImageFolder.open(Path.of("pets/test"), train.options());   // the same classes, size and channels
 * trainer.workers(4).fit(train);                                                // four threads decode ahead
 * }</pre>
 *
 * <p>Classes are in the order of their names, character by character, and so are the files of a class. Folders in a class's
 * folder belong to that class with all that is in them; links are followed; what begins with a dot is left out. Any other
 * file is taken for an image, whatever it is called.
 *
 * <p>Opening reads the header of every file, and the pixels of those that may be transparent. An image is decoded whenever
 * its example is read, in memory that goes afterwards; one that turns out to be damaged then is named by a
 * {@link DataException}. What is done to images that their files' pixels do not show is logged as one warning.
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
     * Finds the images of a folder.
     *
     * @throws DataException if there is no such folder, there are fewer than two classes (other than
     *     {@link ImageOptions#classNames} has, where it has some), one is empty, or a file cannot be read and is not to be
     *     skipped
     */
    public static ImageFolder open(Path folder, ImageOptions options) {
        return open(folder, options, line -> LOG.log(System.Logger.Level.WARNING, line));
    }

    /**
     * As {@link #open(Path, ImageOptions)}.
     *
     * @param warnings receives the warning instead of the log, where there is one
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

    /** What opening a file has shown: its header and, where they may matter, its pixels; or why it cannot be read. */
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

    /** Decides what is left to the images. */
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

    @Override
    public List<String> classNames() {
        return options.classNames();
    }

    /** The options with all that was left to the images: to open others alike. */
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

    /** Its size and its classes, like {@code 2,000 images of 2 classes: cat, dog}. */
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
