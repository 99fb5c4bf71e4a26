package schuss.data.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import schuss.data.DataException;

/**
 * The files of a folder that has one folder for each class.
 *
 * @param folder the folder
 * @param names the names of the classes
 * @param files the files of all classes, sorted by class
 * @param labels the labels of the files
 * @param expectAll whether every class must have a file
 * @param strays files next to the class folders, each as a line of text
 */
record ClassFolders(
        Path folder, List<String> names, List<Path> files, int[] labels, boolean expectAll, List<String> strays) {
    private static final String READABLE = " that can be read";

    /**
     * Lists the files.
     *
     * @param known the classes that are allowed; empty for those that are found
     */
    static ClassFolders list(Path folder, List<String> known) {
        if (!Files.isDirectory(folder)) {
            throw new DataException(folder + ": expected a folder with a folder of images for each class, got "
                    + (Files.exists(folder) ? "a file" : "no such folder"));
        }
        List<Path> folders = new ArrayList<>();
        List<String> strays = new ArrayList<>();
        for (Path entry : entries(folder)) {
            if (Files.isDirectory(entry)) {
                folders.add(entry);
            } else {
                strays.add(entry + ": expected a folder with images of one class, got a file");
            }
        }
        List<String> found = folders.stream().map(ClassFolders::name).toList();
        List<String> names = known.isEmpty() ? found : known;
        check(folder, found, known);
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (Path each : folders) {
            for (Path file : files(each)) {
                files.add(file);
                labels.add(names.indexOf(name(each)));
            }
        }
        return new ClassFolders(
                folder,
                names,
                files,
                labels.stream().mapToInt(Integer::intValue).toArray(),
                known.isEmpty(),
                strays);
    }

    private static void check(Path folder, List<String> found, List<String> known) {
        if (known.isEmpty() && found.size() < 2) {
            throw new DataException(folder + ": expected a folder of images for each of at least two classes, got "
                    + (found.isEmpty() ? "none" : "only " + found.get(0)));
        }
        for (String name : found) {
            if (!known.isEmpty() && !known.contains(name)) {
                throw new DataException(folder.resolve(name) + ": expected folders named like classes, "
                        + String.join(", ", known) + ", got " + name);
            }
            if (name.lines().count() > 1) { // names of classes are kept as lines
                throw new DataException(
                        folder + ": expected names of classes without line breaks, got " + name.replaceAll("\\R", " "));
            }
            if (name.indexOf('\uFFFD') >= 0 && !"UTF-8".equals(System.getProperty("sun.jnu.encoding"))) {
                throw new DataException(folder + ": expected names of classes in the letters of the locale, got " + name
                        + "; set LC_ALL=C.UTF-8 in the environment");
            }
        }
    }

    /** Throws if a class has no image. */
    void checkFilled(int... present) {
        if (present.length == 0) {
            throw new DataException(
                    folder + ": expected images in its folders, got none" + (labels.length > 0 ? READABLE : ""));
        }
        for (int label = 0; expectAll && label < names.size(); label++) {
            int each = label;
            if (Arrays.stream(present).noneMatch(other -> other == each)) {
                boolean any = Arrays.stream(labels).anyMatch(other -> other == each);
                throw new DataException(folder.resolve(names.get(label)) + ": expected at least one image, got none"
                        + (any ? READABLE : ""));
            }
        }
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    private static boolean isShown(Path path) {
        return !name(path).startsWith(".");
    }

    /** The visible entries of a folder, sorted by name. */
    static List<Path> entries(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(ClassFolders::isShown)
                    .sorted(Comparator.comparing(ClassFolders::name))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(folder, e);
        }
    }

    /** All visible files in a folder and its subfolders, sorted by path. */
    static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return files.filter(file -> !Files.isDirectory(file))
                    .map(folder::relativize)
                    .filter(ClassFolders::isShownThroughout)
                    .sorted(Comparator.comparing(Path::toString))
                    .map(folder::resolve)
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(folder, e);
        }
    }

    private static boolean isShownThroughout(Path relative) {
        return StreamSupport.stream(relative.spliterator(), false).allMatch(ClassFolders::isShown);
    }

    private static DataException unreadable(Path folder, Exception e) {
        Throwable cause = e instanceof UncheckedIOException ? e.getCause() : e;
        String reason = cause instanceof FileSystemLoopException loop
                ? "a link to a folder that it is in: " + loop.getFile()
                : cause.toString();
        return new DataException(folder + ": expected a folder that can be read, got " + reason, e);
    }
}
