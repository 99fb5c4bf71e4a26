package schuss.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.Shape;
import schuss.data.files.IdxFiles;
import schuss.data.image.ImageFolder;
import schuss.data.image.ImageOptions;
import schuss.data.image.SampleImages;
import schuss.data.table.Table;
import schuss.data.table.TableOptions;

/** Names of classes come from where the data is from, and no view loses them. */
class ClassNamesTest {
    private static final List<String> NAMES = List.of("cat", "dog", "eel");

    @TempDir
    Path folder;

    private static Dataset plain() {
        return Dataset.of(new float[24], Shape.of(2), new int[] {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2}, 3);
    }

    private static void assertNamed(Dataset data) {
        List<String> names = data.classNames();
        assertEquals(names, data.take(2).classNames());
        assertEquals(names, data.subset(new int[] {1, 0}).classNames());
        assertEquals(names, data.shuffle(3).classNames());
        for (Dataset part : data.split(0.5, 0.5)) {
            assertEquals(names, part.classNames());
        }
        for (Fold fold : data.folds(2)) {
            assertEquals(names, fold.train().classNames());
            assertEquals(names, fold.validation().classNames());
        }
        assertEquals(names, data.map(data.input().shape(), x -> x).classNames());
        assertEquals(names, data.withWeights(new float[data.size()]).classNames());
        assertEquals(names, data.oneHot().classNames());
        assertEquals(names, data.concatenate(data.take(1)).classNames());
        assertEquals(
                names, new Fields().input("a", data).target("b", data).dataset().classNames());
        assertEquals(names, data.shuffle(1).take(4).oneHot().take(2).classNames());
    }

    @Test
    void givenNamesStay() {
        assertEquals(List.of(), plain().classNames());
        Dataset named = plain().withClassNames(NAMES);
        assertEquals(NAMES, named.classNames());
        assertEquals(3, named.classes());
        assertEquals(2, named.label(2));
        assertNamed(named);
        assertEquals(
                List.of("x", "y", "z"),
                named.withClassNames(List.of("x", "y", "z")).classNames());
    }

    @Test
    void foldersTablesAndFilesHaveThem() throws IOException {
        Path images = SampleImages.write(folder.resolve("images"), 4, 1, "bright", "dark");
        ImageFolder pictures = ImageFolder.open(images, ImageOptions.DEFAULT);
        assertEquals(List.of("bright", "dark"), pictures.classNames());
        assertNamed(pictures);
        Path csv = folder.resolve("table.csv");
        Files.writeString(csv, "a,kind\n1,oak\n2,elm\n3,oak\n4,elm\n5,oak\n6,elm\n");
        Table table = Table.read(csv, TableOptions.DEFAULT);
        assertEquals(table.schema().classNames(), table.dataset().classNames());
        assertEquals(2, table.dataset().classNames().size());
        assertNamed(table.dataset());
        Dataset tiny = IdxFiles.SET.read(IdxFiles.write(folder.resolve("idx")), IdxFiles.SET.train());
        assertEquals(List.of("dark", "bright"), tiny.classNames());
    }

    @Test
    void targetsOfNumbersMayHaveSome() {
        Dataset answers = Dataset.of(new float[4], Shape.of(2), new float[] {0, 1}, Shape.of(1));
        assertEquals(
                List.of("no", "yes"),
                answers.withClassNames(List.of("no", "yes")).classNames());
        Dataset labels = Dataset.of(new float[4], Shape.of(2), new float[6], Shape.of(3));
        assertEquals(NAMES, labels.withClassNames(NAMES).classNames());
    }

    @Test
    void whatCannotBeIsRefused() {
        String few = assertThrows(IllegalArgumentException.class, () -> plain().withClassNames(List.of("a", "b")))
                .getMessage();
        assertEquals("class names: expected one for each of 3 classes, got 2", few);
        assertThrows(IllegalArgumentException.class, () -> plain().withClassNames(List.of("a", "b", "a")));
        Dataset named = plain().withClassNames(NAMES);
        String other = assertThrows(
                        IllegalArgumentException.class,
                        () -> named.concatenate(plain().withClassNames(List.of("dog", "cat", "eel"))))
                .getMessage();
        assertTrue(other.contains("data set 1: expected classes named [cat, dog, eel], got [dog, cat, eel]"), other);
        assertEquals(NAMES, plain().concatenate(named).classNames());
    }
}
