package schuss.cli.options;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.data.files.IdxFolder;
import schuss.datasets.Digits;
import schuss.datasets.FashionMnist;
import schuss.datasets.Mnist;

/**
 * The data set that the user named, known to exist before anything is read.
 *
 * @param kind of data
 * @param place the folder or file to read; null if the set is known by name and may be downloaded
 */
public record DataName(Kind kind, Path place) {
    static final String FASHION_MNIST = "fashion-mnist";
    static final String MNIST = "mnist";
    static final String DIGITS = "digits";
    public static final String KNOWN = FASHION_MNIST + ", " + MNIST + ", " + DIGITS;
    public static final String EXPECTED =
            KNOWN + ", a table FILE.csv, FILE.tsv or one of these with .gz, a folder with IDX files, or a"
                    + " folder with a folder of images for each class";

    private static final Shape MNIST_IMAGE = Shape.of(28, 28, 1);

    /** What is there. */
    enum Kind {
        FASHION_MNIST,
        MNIST,
        DIGITS,
        TABLE,
        /** With IDX files. */
        FOLDER,
        /** With a folder of images for each class. */
        CLASS_FOLDERS
    }

    public static DataName of(String name, Path dataDir) {
        if (dataDir != null && !Files.isDirectory(dataDir)) {
            throw new BadInput("--data-dir: expected a folder, got "
                    + (Files.exists(dataDir) ? "the file " : "none at ") + dataDir);
        }
        switch (name) {
            case FASHION_MNIST:
                return new DataName(Kind.FASHION_MNIST, dataDir);
            case MNIST:
                return new DataName(Kind.MNIST, dataDir);
            case DIGITS:
                return new DataName(Kind.DIGITS, dataDir);
            default:
                return own(name, dataDir);
        }
    }

    private static DataName own(String name, Path dataDir) {
        Path path = path(name);
        boolean file = path != null && Files.isRegularFile(path);
        boolean table = file && name.matches("(?is).*\\.(csv|tsv|tab)(\\.gz)?");
        if (!table && (path == null || !Files.isDirectory(path))) {
            throw new BadInput("DATA: expected " + EXPECTED + ", got " + name
                    + (file ? ", a file" : path == null || !Files.exists(path) ? ", which is not there" : ""));
        }
        if (dataDir != null) {
            throw new BadInput("--data-dir: expected only with " + KNOWN + ", got it with " + name);
        }
        return new DataName(table ? Kind.TABLE : folder(path), path);
    }

    private static Kind folder(Path path) {
        if (IdxFolder.isStarted(path)) {
            IdxFolder.check(path);
            return Kind.FOLDER;
        }
        if (!ImageFolders.hasFolders(path)) {
            throw new BadInput(
                    path + ": expected IDX files, train-images-idx3-ubyte and its like, or a folder of images"
                            + " for each class, got neither");
        }
        return Kind.CLASS_FOLDERS;
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    public boolean isClassFolders() {
        return kind == Kind.CLASS_FOLDERS;
    }

    public boolean isTable() {
        return kind == Kind.TABLE || kind == Kind.DIGITS;
    }

    /** The folder or file, once it is there and has been checked. */
    public Path locate(Consumer<String> progress) {
        return switch (kind) {
            case FASHION_MNIST -> FashionMnist.locate(place, progress);
            case MNIST -> Mnist.locate(place, progress);
            case DIGITS -> Digits.locate(place, progress);
            default -> place;
        };
    }

    /** The file of a table. */
    public Path tableFile(Consumer<String> progress) {
        return kind == Kind.TABLE ? place : Digits.file(place, progress);
    }

    /** Reads the training half of images, downloading both if need be. */
    public Dataset train(Consumer<String> progress) {
        return switch (kind) {
            case FASHION_MNIST -> FashionMnist.train(place, progress);
            case MNIST -> Mnist.train(place, progress);
            default -> IdxFolder.train(place);
        };
    }

    public Dataset test(Consumer<String> progress) {
        return switch (kind) {
            case FASHION_MNIST -> FashionMnist.test(place, progress);
            case MNIST -> Mnist.test(place, progress);
            default -> IdxFolder.test(place);
        };
    }

    /** The shape of an image; of a set known by name it is known before it is read. */
    public Shape image(Supplier<Dataset> train) {
        return kind == Kind.FOLDER ? train.get().input().shape() : MNIST_IMAGE;
    }

    /** The names of the classes; their numbers where nobody knows better. */
    public List<String> classNames(Supplier<Dataset> train) {
        return switch (kind) {
            case FASHION_MNIST -> FashionMnist.CLASSES;
            case MNIST -> Mnist.CLASSES;
            default ->
                IntStream.range(0, train.get().classes())
                        .mapToObj(Integer::toString)
                        .toList();
        };
    }
}
