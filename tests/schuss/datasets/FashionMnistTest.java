package schuss.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.data.DataException;
import schuss.data.Dataset;

class FashionMnistTest {
    /** The set where it already is; tests download nothing. */
    private static Path present() {
        Path cache = DataFolders.cacheFolder(System.getenv(), System.getProperty("user.home"));
        Path folder = Stream.of(Path.of("/usr/share/datasets/fashion-mnist"), cache.resolve("fashion-mnist"))
                .filter(path -> path.toFile().isDirectory())
                .findFirst()
                .orElse(null);
        if (folder == null) {
            System.out.println("FashionMnistTest is skipped: the set is neither installed nor in " + cache);
        }
        assumeTrue(folder != null, "Fashion-MNIST is neither installed nor in " + cache);
        return folder;
    }

    @Test
    void holdsWhatItIsKnownToHold() {
        Path folder = present();
        assertEquals(folder, FashionMnist.locate(folder, line -> {}));
        Dataset train = FashionMnist.train(folder);
        Dataset test = FashionMnist.test(folder);
        assertEquals(60_000, train.size());
        assertEquals(10_000, test.size());
        for (Dataset data : new Dataset[] {train, test}) {
            assertEquals(new Spec("image", DType.U8, Shape.of(28, 28, 1)), data.input());
            assertEquals(new Spec("label", DType.I32, Shape.of()), data.target());
            assertEquals(FashionMnist.CLASSES.size(), data.classes());
            ByteBuffer image = ByteBuffer.allocateDirect(784);
            ByteBuffer label = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
            int[] counts = new int[10];
            for (int i = 0; i < data.size(); i++) {
                data.read(i, 0, image, label);
                counts[label.getInt(0)]++;
            }
            for (int count : counts) {
                assertEquals(data.size() / 10, count);
            }
            data.read(0, 0, image, label);
            assertEquals("Ankle boot", FashionMnist.CLASSES.get(label.getInt(0)));
        }
    }

    @Test
    void aNamedFolderWithoutTheFilesIsAnError(@TempDir Path folder) {
        String message = assertThrows(DataException.class, () -> FashionMnist.train(folder))
                .getMessage();
        assertTrue(message.startsWith(folder + ": expected a file train-labels-idx1-ubyte or "), message);
    }
}
