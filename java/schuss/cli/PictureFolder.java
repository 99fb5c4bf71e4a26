package schuss.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import schuss.data.Dataset;
import schuss.data.Fold;
import schuss.data.ImageFolder;
import schuss.data.ImageOptions;

/**
 * Pictures in class folders, which lie in folders {@code train} and {@code test} or {@code val}, or else in the folder
 * itself and are dealt out.
 *
 * @param parts those to train on, and others
 * @param held what the others are called in the result
 */
record PictureFolder(Fold parts, String held, List<String> classNames) {
    /** Threads that decode ahead unless told otherwise. */
    static final int WORKERS = Math.min(4, Runtime.getRuntime().availableProcessors());

    private static final double TRAINING_SHARE = 0.8;
    private static final String TRAIN = "train";
    private static final String TEST = "test";
    private static final String VALIDATION = "val";

    /** Opens both parts, telling what was left out. */
    static PictureFolder open(Path folder, ImageOptions options, long seed, Consumer<String> notices) {
        String other = other(folder);
        if (other == null) {
            ImageFolder all = read(folder, options, notices);
            List<Dataset> parts = all.shuffle(seed).split(TRAINING_SHARE, 1 - TRAINING_SHARE);
            return new PictureFolder(new Fold(parts.get(0), parts.get(1)), "validation", all.classNames());
        }
        if (other.equals(TEST) && Files.isDirectory(folder.resolve(VALIDATION))) {
            notices.accept(folder.resolve(VALIDATION) + ": not used, as there is " + folder.resolve(TEST));
        }
        ImageFolder train = read(folder.resolve(TRAIN), options, notices);
        ImageFolder held = read(folder.resolve(other), train.options(), notices);
        return new PictureFolder(new Fold(train, held), other.equals(TEST) ? "test" : "validation", train.classNames());
    }

    /** What a model is measured on: the part that is not trained on, or all where there are no parts. */
    static Dataset toEvaluate(Path folder, ImageOptions options, Consumer<String> notices) {
        String other = other(folder);
        return read(other == null ? folder : folder.resolve(other), options, notices);
    }

    /** The name of the folder beside that of training; null where there are no such two. */
    private static String other(Path folder) {
        return Stream.of(TEST, VALIDATION)
                .filter(name -> hasFolders(folder.resolve(TRAIN)) && hasFolders(folder.resolve(name)))
                .findFirst()
                .orElse(null);
    }

    static boolean hasFolders(Path folder) {
        return Files.isDirectory(folder) && ImageFolder.entries(folder).stream().anyMatch(Files::isDirectory);
    }

    private static ImageFolder read(Path folder, ImageOptions options, Consumer<String> notices) {
        ImageFolder read = ImageFolder.open(folder, options);
        List<String> skipped = read.skipped();
        skipped.forEach(line -> notices.accept("skipped " + line));
        if (!skipped.isEmpty()) {
            notices.accept(String.format(
                    Locale.ROOT, "%s: skipped %,d of %,d files", folder, skipped.size(), skipped.size() + read.size()));
        }
        return read;
    }
}
