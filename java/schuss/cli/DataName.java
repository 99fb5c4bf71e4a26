package schuss.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.data.Digits;
import schuss.data.FashionMnist;
import schuss.data.IdxFolder;
import schuss.data.Mnist;

/**
 * What the user calls DATA, known to be there before anything is read.
 *
 * @param place the folder or file to read; null where the set is known by name and may be downloaded
 */
record DataName(Kind kind, Path place) {
    static final String FASHION_MNIST = "fashion-mnist";
    static final String MNIST = "mnist";
    static final String DIGITS = "digits";
    static final String KNOWN = FASHION_MNIST + ", " + MNIST + ", " + DIGITS;
    static final String EXPECTED =
            KNOWN + ", a table FILE.csv, FILE.tsv or one of these with .gz, a folder with IDX files, or a"
                    + " folder with a folder of pictures for each class";

    private static final Shape MNIST_PICTURE = Shape.of(28, 28, 1);

    /** What is there. */
    enum Kind {
        FASHION_MNIST,
        MNIST,
        DIGITS,
        TABLE,
        /** With IDX files. */
        FOLDER,
        /** With a folder of pictures for each class. */
        CLASS_FOLDERS
    }

    static DataName of(String name, Path dataDir) {
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
        if (!PictureFolder.hasFolders(path)) {
            throw new BadInput(
                    path + ": expected IDX files, train-images-idx3-ubyte and its like, or a folder of pictures"
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

    boolean isClassFolders() {
        return kind == Kind.CLASS_FOLDERS;
    }

    boolean isTable() {
        return kind == Kind.TABLE || kind == Kind.DIGITS;
    }

    /** The folder or file, once it is there and has been checked. */
    Path locate(Consumer<String> progress) {
        return switch (kind) {
            case FASHION_MNIST -> FashionMnist.locate(place, progress);
            case MNIST -> Mnist.locate(place, progress);
            case DIGITS -> Digits.locate(place, progress);
            default -> place;
        };
    }

    /** The file of a table. */
    Path tableFile(Consumer<String> progress) {
        return kind == Kind.TABLE ? place : Digits.file(place, progress);
    }

    /** Reads the training half of pictures, downloading both if need be. */
    Dataset train(Consumer<String> progress) {
        return switch (kind) {
            case FASHION_MNIST -> FashionMnist.train(place, progress);
            case MNIST -> Mnist.train(place, progress);
            default -> IdxFolder.train(place);
        };
    }

    Dataset test(Consumer<String> progress) {
        return switch (kind) {
            case FASHION_MNIST -> FashionMnist.test(place, progress);
            case MNIST -> Mnist.test(place, progress);
            default -> IdxFolder.test(place);
        };
    }

    /** The shape of a picture; of a set known by name it is known before it is read. */
    Shape picture(Supplier<Dataset> train) {
        return kind == Kind.FOLDER ? train.get().input().shape() : MNIST_PICTURE;
    }

    /** The names of the classes; their numbers where nobody knows better. */
    List<String> classNames(Supplier<Dataset> train) {
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
