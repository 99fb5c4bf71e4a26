package schuss.cli.options;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import schuss.data.Dataset;
import schuss.data.Fold;
import schuss.data.image.ImageFolder;
import schuss.data.image.ImageOptions;

/**
 * Images in one folder per class. The class folders lie in folders {@code train} and {@code test} or {@code val}, or
 * directly in the given folder, whose images are then split.
 *
 * @param parts the images to train on, and the others
 * @param held what the others are called in the result
 * @param classNames the names of the classes
 * @param background what is behind transparent pixels
 */
public record ImageFolders(Fold parts, String held, List<String> classNames, ImageOptions.Background background) {
    /** Threads that decode ahead unless told otherwise. */
    public static final int WORKERS = Math.min(4, Runtime.getRuntime().availableProcessors());

    private static final double TRAINING_SHARE = 0.8;
    private static final List<String> TRAIN = List.of("train", "training");
    private static final List<String> TEST = List.of("test", "testing");
    private static final List<String> VALIDATION = List.of("val", "valid", "validation", "dev");

    /** Opens both parts, telling what was left out. */
    public static ImageFolders open(Path folder, ImageOptions options, long seed, Consumer<String> notices) {
        Path other = other(folder);
        if (other == null) {
            ImageFolder all = read(folder, options, notices);
            tell(folder, all, notices);
            List<Dataset> parts = all.shuffle(seed).split(TRAINING_SHARE, 1 - TRAINING_SHARE);
            return new ImageFolders(
                    new Fold(parts.get(0), parts.get(1)),
                    "validation",
                    all.classNames(),
                    all.options().background());
        }
        Path test = part(folder, TEST);
        Path validation = part(folder, VALIDATION);
        if (test != null && validation != null) {
            notices.accept(validation + ": not used, as there is " + test);
        }
        ImageFolder train = read(part(folder, TRAIN), options, notices);
        tell(part(folder, TRAIN), train, notices);
        ImageFolder held = read(other, train.options(), notices);
        return new ImageFolders(
                new Fold(train, held),
                test != null ? "test" : "validation",
                train.classNames(),
                train.options().background());
    }

    /** What the classes are taken to be: folders of another meaning show. */
    private static void tell(Path folder, ImageFolder read, Consumer<String> notices) {
        notices.accept(folder + ": " + read);
    }

    /** What a model is measured on: the part that is not trained on, or all where there are no parts. */
    public static Dataset toEvaluate(Path folder, ImageOptions options, Consumer<String> notices) {
        Path other = other(folder);
        return read(other == null ? folder : other, options, notices);
    }

    /** The folder beside that of training; null where there are no such two. */
    private static Path other(Path folder) {
        Path test = part(folder, TEST);
        return part(folder, TRAIN) == null ? null : test != null ? test : part(folder, VALIDATION);
    }

    /** The folder of class folders of one of these names, in capitals or not; null for none. */
    private static Path part(Path folder, List<String> names) {
        return ImageFolder.entries(folder).stream()
                .filter(entry ->
                        names.contains(entry.getFileName().toString().toLowerCase(Locale.ROOT)) && hasFolders(entry))
                .findFirst()
                .orElse(null);
    }

    public static boolean hasFolders(Path folder) {
        return Files.isDirectory(folder) && ImageFolder.entries(folder).stream().anyMatch(Files::isDirectory);
    }

    private static ImageFolder read(Path folder, ImageOptions options, Consumer<String> notices) {
        ImageFolder read = ImageFolder.open(folder, options, notices);
        List<String> skipped = read.skipped();
        skipped.forEach(line -> notices.accept("skipped " + line));
        if (!skipped.isEmpty()) {
            notices.accept(String.format(
                    Locale.ROOT, "%s: skipped %,d of %,d files", folder, skipped.size(), skipped.size() + read.size()));
        }
        return read;
    }
}
