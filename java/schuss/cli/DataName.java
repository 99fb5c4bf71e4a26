package schuss.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.data.FashionMnist;
import schuss.data.IdxFolder;

/**
 * What the user calls DATA, known to be there before anything is read.
 *
 * @param folder the folder to take the files from; null where the set is known by name and may be downloaded
 * @param known whether it is a set known by name
 */
record DataName(Path folder, boolean known) {
    static final String FASHION_MNIST = "fashion-mnist";
    static final String EXPECTED = FASHION_MNIST + " or a folder with IDX files";

    private static final Shape FASHION_MNIST_PICTURE = Shape.of(28, 28, 1);

    static DataName of(String name, Path dataDir) {
        if (dataDir != null && !Files.isDirectory(dataDir)) {
            throw new BadInput("--data-dir: expected a folder, got "
                    + (Files.exists(dataDir) ? "the file " : "none at ") + dataDir);
        }
        if (name.equals(FASHION_MNIST)) {
            return new DataName(dataDir, true);
        }
        Path folder = path(name);
        if (folder == null || !Files.isDirectory(folder)) {
            throw new BadInput("DATA: expected " + EXPECTED + ", got " + name
                    + (folder != null && Files.exists(folder) ? ", a file" : ""));
        }
        if (dataDir != null) {
            throw new BadInput("--data-dir: expected only with " + FASHION_MNIST + ", got it with the folder " + name);
        }
        IdxFolder.check(folder);
        return new DataName(folder, false);
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (java.nio.file.InvalidPathException e) {
            return null;
        }
    }

    /** Reads the training half, downloading both if need be. */
    Dataset train(Consumer<String> progress) {
        return known ? FashionMnist.train(folder, progress) : IdxFolder.train(folder);
    }

    Dataset test(Consumer<String> progress) {
        return known ? FashionMnist.test(folder, progress) : IdxFolder.test(folder);
    }

    /** The shape of a picture; of a set known by name it is known before it is read. */
    Shape picture(Supplier<Dataset> train) {
        return known ? FASHION_MNIST_PICTURE : train.get().input().shape();
    }

    /** The names of the classes; their numbers where nobody knows better. */
    List<String> classNames(Supplier<Dataset> train) {
        return known
                ? FashionMnist.CLASSES
                : IntStream.range(0, train.get().classes())
                        .mapToObj(Integer::toString)
                        .toList();
    }
}
